"""The stages of Spark ML that are not converted: for each why, and what to do instead.

As ``penstock.converters.refused`` for scikit-learn; a test holds it against pyspark.ml.
"""

from __future__ import annotations

from penstock.support import Refused

_TREES = "fit a tree ensemble (RandomForest*, GBT*) on the same columns"


def _refused(why: str, remedy: str, module: str, *names: str) -> dict[str, Refused]:
    return {f"pyspark.ml.{module}.{name}": Refused(why, remedy) for name in names}


_NO_CONVERTER = "Spark ML's first slice has no converter for it yet"
_TEXT = "it takes texts or lists of words, and a column of the model graph holds one value"
_SEVERAL = "it searches for the fitted model that did best and hands over to it"

REFUSED_STAGES: dict[str, Refused] = {
    **_refused(
        _TEXT, "make the features before the pipeline", "feature",
        "CountVectorizerModel", "FeatureHasher", "HashingTF", "IDFModel", "NGram",
        "RegexTokenizer", "StopWordsRemover", "Tokenizer", "Word2VecModel",
    ),
    **_refused(
        "it compares hashes of rows, for which the model graph has no word",
        "make the features before the pipeline", "feature",
        "BucketedRandomProjectionLSHModel", "MinHashLSHModel",
    ),
    **_refused(
        "it runs any SQL, which may drop rows or look at several of them",
        "run the SQL before the pipeline", "feature", "SQLTransformer",
    ),
    **_refused(
        "it takes a cosine transform, for which the model graph has no word",
        "make the features before the pipeline", "feature", "DCT",
    ),
    **_refused(
        "it hands over to stages that it makes of a formula",
        "write its stages out: StringIndexer, OneHotEncoder, VectorAssembler", "feature",
        "RFormulaModel",
    ),
    **_refused(
        _NO_CONVERTER, "select the columns with VectorAssembler", "feature",
        "ChiSqSelectorModel", "UnivariateFeatureSelectorModel", "VarianceThresholdSelectorModel",
        "VectorSlicer", "VectorSizeHint",
    ),
    **_refused(
        _NO_CONVERTER, "use StandardScaler or MinMaxScaler", "feature",
        "ElementwiseProduct", "MaxAbsScalerModel", "Normalizer", "RobustScalerModel",
    ),
    **_refused(
        _NO_CONVERTER, "use StringIndexer and OneHotEncoder, or Bucketizer", "feature",
        "Binarizer", "TargetEncoderModel", "VectorIndexerModel",
    ),
    **_refused(
        _NO_CONVERTER, "make the features before the pipeline, or use scikit-learn's class",
        "feature", "Interaction", "PCAModel", "PolynomialExpansion",
    ),
    **_refused(
        _NO_CONVERTER, "use LogisticRegression or a tree ensemble (RandomForest*, GBT*)",
        "classification", "FMClassificationModel", "LinearSVCModel",
        "MultilayerPerceptronClassificationModel", "NaiveBayesModel", "OneVsRestModel",
    ),
    **_refused(
        _NO_CONVERTER, "use LinearRegression or a tree ensemble (RandomForest*, GBT*)",
        "regression", "AFTSurvivalRegressionModel", "FMRegressionModel",
        "GeneralizedLinearRegressionModel", "IsotonicRegressionModel",
    ),
    **_refused(
        "it groups rows, and Spark ML's first slice has no converter for that",
        "use scikit-learn's KMeans, or " + _TREES.replace("fit", "label the rows and fit"),
        "clustering", "BisectingKMeansModel", "DistributedLDAModel", "GaussianMixtureModel",
        "KMeansModel", "LDAModel", "LocalLDAModel",
    ),
    **_refused(
        "it looks users and items up in tables that a file would have to carry",
        "join its userFactors and itemFactors in the pipeline", "recommendation", "ALSModel",
    ),
    **_refused(
        "it looks for sets of items in a list, and a column of the model graph holds one value",
        "join its associationRules in the pipeline", "fpm", "FPGrowthModel",
    ),
    **_refused(
        _SEVERAL, "log its bestModel instead, which gives the same answers", "tuning",
        "CrossValidatorModel", "TrainValidationSplitModel",
    ),
}  # fmt: skip
