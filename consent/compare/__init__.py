"""Two policies side by side: exactly who would be given more or less, and when.

The real evaluator is asked (consent.decision), about every combination of facts that it looks at:

* `suppose`  facts that are settled only as far as the evaluator asks for them, so that whatever it does not look at
             multiplies nothing; `values` says what there is to try for each, those that no rule tells apart as one
* `cubes`    the many combinations in which something changes as few conditions that a person can read
* `differ`   which roles, events and views have to be asked about, and the answer
"""
