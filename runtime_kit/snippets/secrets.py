# ---
# id: secrets
# title: Read a secret
# description: Puts a token into an environment variable from Colab's secrets, Kaggle's, the environment or a prompt, and never prints it
# tags: [environment, token, secrets]
# languages: [python]
# version: 2
# names: [set_secret]
# ---

# %% engine:
# @title Read a secret engine: run this cell, no need to read it
def set_secret(secret, ask_again):
    """Put a secret into the environment variable of its name; it is not printed."""
    import os
    from getpass import getpass

    def from_colab(name):
        try:
            from google.colab import userdata
        except ImportError:
            return None
        try:
            return userdata.get(name)
        except userdata.SecretNotFoundError:
            print(f"Colab has no secret {name}: add it with the key symbol at the left.")
        except userdata.NotebookAccessError:
            print(f"This notebook may not read {name}: allow it with the key symbol at the left.")
        except Exception as error:  # no answer from Colab's page, for example outside the browser
            print(f"Colab's secrets cannot be reached ({type(error).__name__}).")
        return None

    def from_kaggle(name):
        try:
            from kaggle_secrets import UserSecretsClient
        except ImportError:
            return None
        try:
            return UserSecretsClient().get_secret(name)
        except Exception as error:  # not added, not attached to this notebook, or no internet
            print(f"Kaggle does not give {name} ({type(error).__name__}): attach it under Add-ons.")
        return None

    def from_prompt(name):
        try:
            return getpass(f"{name}: ")
        except (EOFError, NotImplementedError, RuntimeError):  # nobody is there to ask
            return None

    def read_secret(name):
        """Put the secret into the environment; say where it came from and no more."""
        if not name.isidentifier():
            raise ValueError(
                "SECRET is the secret's name, like HF_TOKEN, and never the token itself."
            )
        sources = {"Colab's secrets": from_colab, "Kaggle's secrets": from_kaggle}
        if not ask_again:
            sources["the environment"] = os.environ.get
        for source, read in {**sources, "your answer": from_prompt}.items():
            if value := (read(name) or "").strip():
                os.environ[name] = value
                print(f"{name} is set, from {source}.")
                return
        raise RuntimeError(
            f"No secret {name}: set this environment variable, or answer the prompt."
        )

    read_secret(secret)


# %%
# @title Read a secret
# @markdown The secret's name, never the secret itself.
SECRET = "HF_TOKEN"  # @param {type:"string"}
ASK_AGAIN = False  # @param {type:"boolean"}
set_secret(SECRET, ASK_AGAIN)
