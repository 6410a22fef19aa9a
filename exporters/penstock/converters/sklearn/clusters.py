"""KMeans and MiniBatchKMeans: the nearest centre, the first of equals.

scikit-learn leaves ``|x|^2`` out, which is the same for all centres, and takes the
first of the smallest ``|c|^2 - 2 x.c``. Its negation ``2 x.c - |c|^2`` is a weighted
sum with the same roundings, of which the first of the largest is taken. As with the
margins of a classifier, rounding decides only where two are equal within its bound.
"""

from __future__ import annotations

import numpy as np
from sklearn.utils.extmath import row_norms

from penstock.converters.build import Builder, Prediction
from penstock.converters.columns import Table
from penstock.converters.sklearn.inputs import numeric_matrix, refuse_float32
from penstock.converters.sklearn.labels import classification
from penstock.converters.sklearn.linear import linear_node
from penstock.graph import ArgMax


def k_means(estimator: object, table: Table, builder: Builder) -> Prediction:
    """The label is the index of the centre."""
    table = numeric_matrix(estimator, table, builder, allow_missing=False)
    refuse_float32(table, builder, "computes distances")
    centers = np.asarray(estimator.cluster_centers_)
    if centers.dtype != np.float64:
        raise builder.refuse(
            f"its centres are {centers.dtype}, which its predict takes only with columns that "
            "are too, and then computes in single precision",
            "fit it on doubles",
        )
    if table.sparse:
        raise builder.refuse(
            "it gets a sparse matrix, for which scikit-learn sums the squares of differences",
            "make the step before it dense (sparse_output=False, sparse_threshold=0)",
        )
    first = len(builder.nodes)
    norms = row_norms(centers, squared=True)
    scores = linear_node(table, builder, 2.0 * centers, -norms, "nearness")
    label = builder.fresh("label")
    builder.add(ArgMax(scores, label))
    builder.operation("k_means", first)
    return classification(np.arange(len(centers)), label, (), builder)
