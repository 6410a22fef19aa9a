"""The one table of what can be converted, and the walk through a model by it.

A converter is a function ``(estimator, table, builder) -> Table | Prediction``: it
adds nodes and checks to the builder and says what the next step gets, or, for a
predictor, what the model answers. A stage of Spark ML gets and gives a ``Frame``, whose
columns have names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from penstock.contract import Output, OutputKind
from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.names import public_name
from penstock.converters.refused import REFUSED
from penstock.converters.sklearn import (
    adaboost,
    bagging,
    bayes,
    boosting,
    calibration,
    classifiers,
    clusters,
    compose,
    discretization,
    dummy,
    elementwise,
    encoding,
    histogram,
    imputation,
    indicator,
    isotonic,
    linear,
    logistic,
    multiclass,
    multioutput,
    normalizing,
    ordinal,
    pipeline,
    polynomial,
    power,
    projection,
    scaling,
    search,
    selection,
    stacking,
    target,
    threshold,
    trees,
    voting,
)
from penstock.converters.sparkml import (
    assembling,
    bucketing,
    ensembles,
    imputing,
    indexing,
    one_hot,
    pipelines,
    scalers,
    weighted,
)
from penstock.converters.sparkml.frame import Frame
from penstock.converters.sparkml.refused import REFUSED_STAGES
from penstock.graph import Outputs

Converter = (
    Callable[[object, Table, Builder], Table | Prediction]
    | Callable[[object, Frame, Builder], Frame]
)

CONVERTERS: dict[str, Converter] = {
    "pyspark.ml.classification.DecisionTreeClassificationModel": ensembles.tree_classifier,
    "pyspark.ml.classification.GBTClassificationModel": ensembles.boosted_classifier,
    "pyspark.ml.classification.LogisticRegressionModel": weighted.logistic_regression,
    "pyspark.ml.classification.RandomForestClassificationModel": ensembles.forest_classifier,
    "pyspark.ml.feature.Bucketizer": bucketing.bucketizer,
    "pyspark.ml.feature.ImputerModel": imputing.imputer,
    "pyspark.ml.feature.IndexToString": indexing.index_to_string,
    "pyspark.ml.feature.MinMaxScalerModel": scalers.min_max_scaler,
    "pyspark.ml.feature.OneHotEncoderModel": one_hot.one_hot_encoder,
    "pyspark.ml.feature.StandardScalerModel": scalers.standard_scaler,
    "pyspark.ml.feature.StringIndexerModel": indexing.string_indexer,
    "pyspark.ml.feature.VectorAssembler": assembling.vector_assembler,
    "pyspark.ml.pipeline.PipelineModel": pipelines.pipeline_model,
    "pyspark.ml.regression.DecisionTreeRegressionModel": ensembles.tree_regressor,
    "pyspark.ml.regression.GBTRegressionModel": ensembles.boosted_regressor,
    "pyspark.ml.regression.LinearRegressionModel": weighted.linear_regression,
    "pyspark.ml.regression.RandomForestRegressionModel": ensembles.forest_regressor,
    "sklearn.calibration.CalibratedClassifierCV": calibration.calibrated_classifier,
    "sklearn.cluster.KMeans": clusters.k_means,
    "sklearn.cluster.MiniBatchKMeans": clusters.k_means,
    "sklearn.compose.ColumnTransformer": compose.column_transformer,
    "sklearn.compose.TransformedTargetRegressor": target.transformed_target,
    "sklearn.cross_decomposition.CCA": linear.partial_least_squares,
    "sklearn.cross_decomposition.PLSCanonical": linear.partial_least_squares,
    "sklearn.cross_decomposition.PLSRegression": linear.partial_least_squares,
    "sklearn.decomposition.PCA": projection.pca,
    "sklearn.decomposition.TruncatedSVD": projection.truncated_svd,
    "sklearn.discriminant_analysis.LinearDiscriminantAnalysis": classifiers.linear_discriminant,
    "sklearn.dummy.DummyClassifier": dummy.dummy_classifier,
    "sklearn.dummy.DummyRegressor": dummy.dummy_regressor,
    "sklearn.ensemble.AdaBoostClassifier": adaboost.adaboost_classifier,
    "sklearn.ensemble.AdaBoostRegressor": adaboost.adaboost_regressor,
    "sklearn.ensemble.BaggingClassifier": bagging.bagging_classifier,
    "sklearn.ensemble.BaggingRegressor": bagging.bagging_regressor,
    "sklearn.ensemble.ExtraTreesClassifier": trees.forest_classifier,
    "sklearn.ensemble.ExtraTreesRegressor": trees.forest_regressor,
    "sklearn.ensemble.GradientBoostingClassifier": boosting.gradient_boosting_classifier,
    "sklearn.ensemble.GradientBoostingRegressor": boosting.gradient_boosting_regressor,
    "sklearn.ensemble.HistGradientBoostingClassifier": histogram.histogram_classifier,
    "sklearn.ensemble.HistGradientBoostingRegressor": histogram.histogram_regressor,
    "sklearn.ensemble.IsolationForest": bagging.isolation_forest,
    "sklearn.ensemble.RandomForestClassifier": trees.forest_classifier,
    "sklearn.ensemble.RandomForestRegressor": trees.forest_regressor,
    "sklearn.ensemble.StackingClassifier": stacking.stacking_classifier,
    "sklearn.ensemble.StackingRegressor": stacking.stacking_regressor,
    "sklearn.ensemble.VotingClassifier": voting.voting_classifier,
    "sklearn.ensemble.VotingRegressor": voting.voting_regressor,
    "sklearn.feature_selection.GenericUnivariateSelect": selection.feature_selector,
    "sklearn.feature_selection.RFE": selection.feature_selector,
    "sklearn.feature_selection.RFECV": selection.feature_selector,
    "sklearn.feature_selection.SelectFdr": selection.feature_selector,
    "sklearn.feature_selection.SelectFpr": selection.feature_selector,
    "sklearn.feature_selection.SelectFromModel": selection.feature_selector,
    "sklearn.feature_selection.SelectFwe": selection.feature_selector,
    "sklearn.feature_selection.SelectKBest": selection.feature_selector,
    "sklearn.feature_selection.SelectPercentile": selection.feature_selector,
    "sklearn.feature_selection.SequentialFeatureSelector": selection.feature_selector,
    "sklearn.feature_selection.VarianceThreshold": selection.feature_selector,
    "sklearn.frozen.FrozenEstimator": search.frozen,
    "sklearn.impute.MissingIndicator": indicator.missing_indicator,
    "sklearn.impute.SimpleImputer": imputation.simple_imputer,
    "sklearn.isotonic.IsotonicRegression": isotonic.isotonic_regression,
    "sklearn.linear_model.ARDRegression": linear.linear_regression,
    "sklearn.linear_model.BayesianRidge": linear.linear_regression,
    "sklearn.linear_model.ElasticNet": linear.linear_regression,
    "sklearn.linear_model.ElasticNetCV": linear.linear_regression,
    "sklearn.linear_model.GammaRegressor": linear.generalized_linear,
    "sklearn.linear_model.HuberRegressor": linear.linear_regression,
    "sklearn.linear_model.Lars": linear.linear_regression,
    "sklearn.linear_model.LarsCV": linear.linear_regression,
    "sklearn.linear_model.Lasso": linear.linear_regression,
    "sklearn.linear_model.LassoCV": linear.linear_regression,
    "sklearn.linear_model.LassoLars": linear.linear_regression,
    "sklearn.linear_model.LassoLarsCV": linear.linear_regression,
    "sklearn.linear_model.LassoLarsIC": linear.linear_regression,
    "sklearn.linear_model.LinearRegression": linear.linear_regression,
    "sklearn.linear_model.LogisticRegression": logistic.logistic_regression,
    "sklearn.linear_model.LogisticRegressionCV": logistic.logistic_regression,
    "sklearn.linear_model.MultiTaskElasticNet": linear.linear_regression,
    "sklearn.linear_model.MultiTaskElasticNetCV": linear.linear_regression,
    "sklearn.linear_model.MultiTaskLasso": linear.linear_regression,
    "sklearn.linear_model.MultiTaskLassoCV": linear.linear_regression,
    "sklearn.linear_model.OrthogonalMatchingPursuit": linear.linear_regression,
    "sklearn.linear_model.OrthogonalMatchingPursuitCV": linear.linear_regression,
    "sklearn.linear_model.PassiveAggressiveClassifier": classifiers.linear_classifier,
    "sklearn.linear_model.PassiveAggressiveRegressor": linear.linear_regression,
    "sklearn.linear_model.Perceptron": classifiers.linear_classifier,
    "sklearn.linear_model.PoissonRegressor": linear.generalized_linear,
    "sklearn.linear_model.QuantileRegressor": linear.linear_regression,
    "sklearn.linear_model.RANSACRegressor": linear.consensus,
    "sklearn.linear_model.Ridge": linear.linear_regression,
    "sklearn.linear_model.RidgeCV": linear.linear_regression,
    "sklearn.linear_model.RidgeClassifier": classifiers.linear_classifier,
    "sklearn.linear_model.RidgeClassifierCV": classifiers.linear_classifier,
    "sklearn.linear_model.SGDClassifier": classifiers.sgd_classifier,
    "sklearn.linear_model.SGDRegressor": linear.linear_regression,
    "sklearn.linear_model.TheilSenRegressor": linear.linear_regression,
    "sklearn.linear_model.TweedieRegressor": linear.generalized_linear,
    "sklearn.model_selection.FixedThresholdClassifier": threshold.fixed_threshold,
    "sklearn.model_selection.GridSearchCV": search.search,
    "sklearn.model_selection.HalvingGridSearchCV": search.search,
    "sklearn.model_selection.HalvingRandomSearchCV": search.search,
    "sklearn.model_selection.RandomizedSearchCV": search.search,
    "sklearn.model_selection.TunedThresholdClassifierCV": threshold.tuned_threshold,
    "sklearn.multiclass.OneVsOneClassifier": multiclass.one_vs_one,
    "sklearn.multiclass.OneVsRestClassifier": multiclass.one_vs_rest,
    "sklearn.multioutput.MultiOutputClassifier": multioutput.multi_output_classifier,
    "sklearn.multioutput.MultiOutputRegressor": multioutput.multi_output_regressor,
    "sklearn.naive_bayes.BernoulliNB": bayes.bernoulli_nb,
    "sklearn.naive_bayes.ComplementNB": bayes.complement_nb,
    "sklearn.naive_bayes.GaussianNB": bayes.gaussian_nb,
    "sklearn.naive_bayes.MultinomialNB": bayes.multinomial_nb,
    "sklearn.pipeline.FeatureUnion": compose.feature_union,
    "sklearn.pipeline.Pipeline": pipeline.pipeline,
    "sklearn.preprocessing.Binarizer": discretization.binarizer,
    "sklearn.preprocessing.FunctionTransformer": elementwise.function_transformer,
    "sklearn.preprocessing.KBinsDiscretizer": discretization.k_bins_discretizer,
    "sklearn.preprocessing.MaxAbsScaler": scaling.max_abs_scaler,
    "sklearn.preprocessing.MinMaxScaler": scaling.min_max_scaler,
    "sklearn.preprocessing.Normalizer": normalizing.normalizer,
    "sklearn.preprocessing.OneHotEncoder": encoding.one_hot_encoder,
    "sklearn.preprocessing.OrdinalEncoder": ordinal.ordinal_encoder,
    "sklearn.preprocessing.PolynomialFeatures": polynomial.polynomial_features,
    "sklearn.preprocessing.PowerTransformer": power.power_transformer,
    "sklearn.preprocessing.RobustScaler": scaling.robust_scaler,
    "sklearn.preprocessing.StandardScaler": scaling.standard_scaler,
    "sklearn.preprocessing.TargetEncoder": ordinal.target_encoder,
    "sklearn.svm.LinearSVC": classifiers.linear_classifier,
    "sklearn.svm.LinearSVR": linear.linear_regression,
    "sklearn.tree.DecisionTreeClassifier": trees.tree_classifier,
    "sklearn.tree.DecisionTreeRegressor": trees.tree_regressor,
    "sklearn.tree.ExtraTreeClassifier": trees.tree_classifier,
    "sklearn.tree.ExtraTreeRegressor": trees.tree_regressor,
}


def register(name: str, converter: Converter) -> None:
    """Adds or replaces the converter of a class, by the public name of the class.

    The class is taken by exact identity: a subclass needs its own registration,
    because it may override anything.
    """
    CONVERTERS[name] = converter


def supported_classes() -> list[str]:
    """The public names of the classes that can be converted, sorted."""
    return sorted(CONVERTERS)


def convert_step(name: str, model: object, table: Table, builder: Builder) -> Table | Prediction:
    """Converts one step by the table; a stage of Spark ML gets a ``Frame`` and gives one.

    Raises:
        UnsupportedModelError: there is no converter for exactly this class.
    """
    with builder.step(name, model):
        converter = CONVERTERS.get(public_name(type(model)) or "")
        if converter is None:
            raise builder.refuse(*unsupported(model))
        return converter(model, table, builder)


def convert_last(name: str, model: object, table: Table, builder: Builder) -> Table | Prediction:
    """Converts a step of which predictions are wanted: a selector may give them too."""
    result = convert_step(name, model, table, builder)
    if isinstance(result, Table) and result.predictor is not None:
        with builder.step(name, model):
            return convert_step(*result.predictor, replace(result, predictor=None), builder)
    return result


def unsupported(model: object) -> tuple[str, str]:
    """Why the class is not converted, and what the user can do."""
    name = public_name(type(model)) or ""
    refused = REFUSED.get(name) or REFUSED_STAGES.get(name)
    if refused is not None:
        return refused.why, refused.remedy
    parents = [public_name(cls) for cls in type(model).__mro__[1:]]
    parent = next((name for name in parents if name in CONVERTERS), None)
    if parent is not None:
        return (
            f"the class is derived from {parent} and may override any of it, so it is not "
            "taken for one",
            f"fit a plain {parent}, or penstock.register_converter one for this class",
        )
    library = type(model).__module__.partition(".")[0]
    if library != "sklearn":
        return (
            f"the class comes from {library}, for which there is no converter",
            "use a class of scikit-learn, or penstock.register_converter one for it",
        )
    return (
        "there is no converter for this class",
        "use one of the supported classes (penstock.converters.supported_classes() lists "
        "them), or penstock.register_converter one for it",
    )


def convert_model(model: object, table: Table, builder: Builder, predict_fn: str) -> Prediction:
    """Converts the whole model; its outermost step is called "model"."""
    result = convert_last("model", model, table, builder)
    with builder.step("model", model):
        if isinstance(result, Table):
            raise builder.refuse(
                "it transforms columns but predicts nothing", "export a model that has predict"
            )
        if predict_fn == "predict":
            return result
        if predict_fn != "predict_proba":
            raise builder.refuse(
                f"it was logged with pyfunc_predict_fn={predict_fn!r}",
                "log it with 'predict' or 'predict_proba'",
            )
        if not result.output.probabilities:
            raise builder.refuse(
                "it was logged with pyfunc_predict_fn='predict_proba' and has no probabilities",
                "log it with 'predict'",
            )
        return _probabilities(result)


def _probabilities(prediction: Prediction) -> Prediction:
    """The same model, answering with its probabilities as numbers."""
    columns = prediction.outputs.probabilities
    output = Output(OutputKind.REGRESSION, "double", width=len(columns), array=True)
    return replace(prediction, outputs=Outputs(predictions=columns), output=output)
