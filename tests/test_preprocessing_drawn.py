"""Chains of drawn transformers with drawn parameters before a model: does the conversion agree?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.tree import DecisionTreeRegressor

from penstock.errors import UnsupportedModelError, UnsupportedOperationError
from tests.native import assert_agrees, columns
from tests.sizes import DRAWN

BOOLEANS = st.booleans()
FUNCTIONS = [np.log1p, np.sqrt, np.abs, np.exp, np.log, np.square, np.negative, np.log2, np.expm1]

STEPS = st.one_of(
    st.just(MaxAbsScaler()),
    st.builds(RobustScaler, with_centering=BOOLEANS, with_scaling=BOOLEANS),
    st.builds(MinMaxScaler, clip=BOOLEANS),
    st.builds(Binarizer, threshold=st.floats(-2.0, 2.0)),
    st.builds(
        KBinsDiscretizer,
        st.integers(2, 5),
        encode=st.sampled_from(["onehot", "onehot-dense", "ordinal"]),
        strategy=st.sampled_from(["uniform", "kmeans"]),
    ),
    st.builds(
        PolynomialFeatures,
        st.sampled_from([1, 2, 3, (0, 2), (2, 3)]),
        interaction_only=BOOLEANS,
        include_bias=BOOLEANS,
    ),
    st.builds(Normalizer, st.sampled_from(["l1", "l2", "max"])),
    st.builds(PCA, st.just(1), whiten=BOOLEANS),
    st.builds(PowerTransformer, standardize=BOOLEANS),
    st.builds(FunctionTransformer, st.sampled_from(FUNCTIONS), validate=BOOLEANS),
    st.builds(
        SimpleImputer,
        strategy=st.sampled_from(["mean", "median", "most_frequent", "constant"]),
        add_indicator=BOOLEANS,
    ),
    st.builds(MissingIndicator, features=st.just("all"), error_on_new=st.just(False)),
    st.just(VarianceThreshold()),
    st.builds(
        OrdinalEncoder,
        handle_unknown=st.just("use_encoded_value"),
        unknown_value=st.sampled_from([-1, np.nan]),
    ),
    st.just(StandardScaler()),
)


@given(
    st.integers(0, 2**16),
    st.lists(STEPS, min_size=1, max_size=3),
    BOOLEANS,
    st.sampled_from([0.0, 0.2]),
    st.sampled_from(["double", "double", "string"]),
)
@settings(
    max_examples=DRAWN, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_chains_of_transformers(seed, steps, linear, missing, type_):
    rng = np.random.default_rng(seed)
    data = {f"c{k}": rng.normal(3.0, 1.0, 40) * 10.0 ** rng.integers(-3, 4) for k in range(2)}
    frame = pd.DataFrame(data).round(int(rng.integers(0, 4)))
    frame = frame.mask(rng.random(frame.shape) < missing)
    last = LinearRegression() if linear else DecisionTreeRegressor(max_depth=4, random_state=0)
    model = make_pipeline(*steps, last)
    try:
        model.fit(frame, rng.normal(size=len(frame)))
    except ValueError:  # scikit-learn does not take every chain
        assume(False)
    try:
        assert_agrees(model, columns(**dict.fromkeys(frame.columns, type_)), budget=80)
    except (UnsupportedModelError, UnsupportedOperationError):  # refused with a reason
        assume(False)
