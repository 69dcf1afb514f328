# refused: uncovered
# %%
import jax
import jax.numpy as jnp
w = jnp.zeros(3)
grad = jax.grad(lambda w, x: ((x @ w) ** 2).sum())
for i in range(3):
    w = w - 0.1 * grad(w, jnp.ones((2, 3)))
