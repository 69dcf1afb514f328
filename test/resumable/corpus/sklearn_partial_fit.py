# %%
import numpy as np
from sklearn.linear_model import SGDClassifier
np.random.seed(0)
X = np.random.randn(60, 4); y = (X[:, 0] > 0).astype(int)
clf = SGDClassifier(random_state=0)
batches = [(X[i:i + 10], y[i:i + 10]) for i in range(0, 60, 10)]
accuracy = []
# %%
for epoch in range(3):
    for xb, yb in batches:
        clf.partial_fit(xb, yb, classes=[0, 1])
    accuracy.append(clf.score(X, y))
