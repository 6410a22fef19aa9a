-- Wines with their predicted quality, or with the reason why a row has none.
SELECT
  * EXCEPT (score),
  score.prediction,
  score.model_version,
  CASE
    WHEN line IS NOT NULL THEN 'the line does not fit the columns of the file'
    ELSE score.error
  END AS reason
FROM (SELECT *, ml_score({model}, *) AS score FROM wines)
