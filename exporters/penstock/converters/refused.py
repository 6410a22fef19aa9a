"""The classes of scikit-learn that are not converted: for each why, and what to do instead.

``penstock check``, the errors and docs/compatibility.md read this table, and a test holds
it against ``sklearn.utils.all_estimators()``, so that no class is without an answer.
"""

from __future__ import annotations

from penstock.support import Refused

TREES = "fit a tree ensemble (a forest, HistGradientBoosting*) on the same columns"


def _refused(why: str, remedy: str, module: str, *names: str) -> dict[str, Refused]:
    return {f"sklearn.{module}.{name}": Refused(why, remedy) for name in names}


_NEIGHBOURS = (
    "it answers from the rows that it was fitted on, which an export would have to carry, and the "
    "model graph has no word for the distance to them"
)
_KERNELS = (
    "it sums a kernel over rows that it was fitted on, and the model graph has no word for a kernel"
)
_COVARIANCES = (
    "it weighs differences of columns by a matrix (a quadratic form), for which no bound has been "
    "derived"
)
_OWN_ROWS = "it labels the rows that it was fitted on and cannot answer for others"
_OPTIMISES = "it solves a problem of optimisation for each row, which no file format can say"
_MATRIX = "it is a product with a matrix whose order of operations has not been worked out"
_TEXT = "it takes texts, dictionaries or images and no columns of numbers and categories"
_TARGET = "it encodes labels: its fit takes no columns, so scikit-learn cannot fit it as a step"
_CENTRES = "its search for the nearest centre has no converter"
_COSINES = "it takes cosines or a Fourier transform, for which the model graph has no word"

REFUSED: dict[str, Refused] = {
    **_refused(
        _NEIGHBOURS, TREES, "neighbors",
        "KNeighborsClassifier", "KNeighborsRegressor", "KNeighborsTransformer", "KernelDensity",
        "LocalOutlierFactor", "NearestNeighbors", "RadiusNeighborsClassifier",
        "RadiusNeighborsRegressor", "RadiusNeighborsTransformer",
    ),
    **_refused(_NEIGHBOURS, "use SimpleImputer", "impute", "KNNImputer"),
    **_refused(_NEIGHBOURS, TREES, "manifold", "Isomap", "LocallyLinearEmbedding"),
    **_refused(_NEIGHBOURS, TREES, "semi_supervised", "LabelPropagation", "LabelSpreading"),
    **_refused(_CENTRES, "fit a LogisticRegression", "neighbors", "NearestCentroid"),
    **_refused(_MATRIX, "use PCA", "neighbors", "NeighborhoodComponentsAnalysis"),
    **_refused(
        _KERNELS, f"use LinearSVC or LinearSVR, or {TREES}", "svm",
        "NuSVC", "NuSVR", "OneClassSVM", "SVC", "SVR",
    ),
    **_refused(_KERNELS, f"use Ridge, or {TREES}", "kernel_ridge", "KernelRidge"),
    **_refused(
        _KERNELS, TREES, "gaussian_process",
        "GaussianProcessClassifier", "GaussianProcessRegressor",
    ),
    **_refused(_KERNELS, "use PCA", "decomposition", "KernelPCA"),
    **_refused(_KERNELS, "use PolynomialFeatures", "kernel_approximation", "Nystroem"),
    **_refused(_KERNELS, "fit on features, not on a kernel matrix", "preprocessing",
               "KernelCenterer"),
    **_refused(
        _COSINES, "use PolynomialFeatures", "kernel_approximation",
        "AdditiveChi2Sampler", "PolynomialCountSketch", "RBFSampler", "SkewedChi2Sampler",
    ),
    **_refused(
        "no bound has been derived for rounding that goes through the layers of a network", TREES,
        "neural_network", "BernoulliRBM", "MLPClassifier", "MLPRegressor",
    ),
    **_refused(
        _COVARIANCES, "use KMeans for clusters", "mixture",
        "BayesianGaussianMixture", "GaussianMixture",
    ),
    **_refused(
        _COVARIANCES, "use LinearDiscriminantAnalysis or LogisticRegression",
        "discriminant_analysis", "QuadraticDiscriminantAnalysis",
    ),
    **_refused(_COVARIANCES, "use IsolationForest", "covariance", "EllipticEnvelope"),
    **_refused(
        "it estimates a covariance and neither predicts nor transforms", "export another model",
        "covariance", "EmpiricalCovariance", "GraphicalLasso", "GraphicalLassoCV", "LedoitWolf",
        "MinCovDet", "OAS", "ShrunkCovariance",
    ),
    **_refused(
        _OWN_ROWS, "use KMeans", "cluster",
        "AgglomerativeClustering", "DBSCAN", "HDBSCAN", "OPTICS", "SpectralBiclustering",
        "SpectralClustering", "SpectralCoclustering",
    ),
    **_refused(
        _OWN_ROWS, "use PCA", "manifold", "ClassicalMDS", "MDS", "SpectralEmbedding", "TSNE"
    ),
    **_refused(
        _CENTRES, "use KMeans", "cluster",
        "AffinityPropagation", "Birch", "BisectingKMeans", "MeanShift",
    ),
    **_refused(_MATRIX, "use PCA", "cluster", "FeatureAgglomeration"),
    **_refused(
        _OPTIMISES, "use PCA or TruncatedSVD", "decomposition",
        "DictionaryLearning", "LatentDirichletAllocation", "MiniBatchDictionaryLearning",
        "MiniBatchNMF", "MiniBatchSparsePCA", "NMF", "SparseCoder", "SparsePCA",
    ),
    **_refused(
        _MATRIX, "use PCA or TruncatedSVD", "decomposition",
        "FactorAnalysis", "FastICA", "IncrementalPCA",
    ),
    **_refused(
        _MATRIX, "use PCA or TruncatedSVD", "random_projection",
        "GaussianRandomProjection", "SparseRandomProjection",
    ),
    **_refused(_MATRIX, "use PLSRegression", "cross_decomposition", "PLSSVD"),
    **_refused(
        _TEXT, "make columns of numbers in the pipeline's SQL and fit on them",
        "feature_extraction", "DictVectorizer", "FeatureHasher", "image.PatchExtractor",
        "text.CountVectorizer", "text.HashingVectorizer", "text.TfidfTransformer",
        "text.TfidfVectorizer",
    ),
    **_refused(
        _TARGET, "encode columns with OneHotEncoder or OrdinalEncoder", "preprocessing",
        "LabelBinarizer", "LabelEncoder", "MultiLabelBinarizer",
    ),
    **_refused(
        "it interpolates between quantiles from both sides and may take the inverse of the normal "
        "distribution, for which no bound has been derived",
        "use PowerTransformer or KBinsDiscretizer", "preprocessing", "QuantileTransformer",
    ),
    **_refused(
        "it evaluates B-splines, whose recursion the model graph has no word for",
        "use KBinsDiscretizer or PolynomialFeatures", "preprocessing", "SplineTransformer",
    ),
    **_refused(
        "it imputes in rounds in which regressors read what others filled in",
        "use SimpleImputer, or a model that takes missing values (HistGradientBoosting*)",
        "impute", "IterativeImputer",
    ),
    **_refused(
        "each of its classifiers reads the answers of those before it, in an order of its own",
        "use MultiOutputClassifier", "multioutput", "ClassifierChain",
    ),
    **_refused(
        "each of its regressors reads the answers of those before it, in an order of its own",
        "use MultiOutputRegressor", "multioutput", "RegressorChain",
    ),
    **_refused(
        "it takes the class whose code is nearest, and how distances tie is a matter of rounding",
        "use OneVsRestClassifier or OneVsOneClassifier", "multiclass", "OutputCodeClassifier",
    ),
    **_refused(
        "it looks up tables by integers and raises an error beyond their ends",
        "use OneHotEncoder and BernoulliNB", "naive_bayes", "CategoricalNB",
    ),
    **_refused(
        "it gives the leaf of each tree as columns, and the model graph's trees give numbers",
        "use the forest itself, or KBinsDiscretizer", "ensemble", "RandomTreesEmbedding",
    ),
    **_refused(
        "it hands over to the classifier that it fitted",
        "register its estimator_ instead, which gives the same answers",
        "semi_supervised", "SelfTrainingClassifier",
    ),
    **_refused(
        "it tells outliers (-1) from inliers (1) by a margin, which has no converter",
        "use IsolationForest", "linear_model", "SGDOneClassSVM",
    ),
}  # fmt: skip
