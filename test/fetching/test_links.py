"""All forms of a link to Drive that people have in their clipboard."""

import pytest

from runtime_kit.fetching import FetchError
from runtime_kit.fetching.errors import explained
from runtime_kit.fetching.links import Link, Remote, read

ID = "1aBcD_efGhIjKlMnOpQrStUvWxYz-0123"
FORMS = {
    f"https://drive.google.com/file/d/{ID}/view?usp=sharing": "file",
    f"https://drive.google.com/file/d/{ID}/view?usp=drive_link": "file",
    f"https://drive.google.com/file/d/{ID}/edit": "file",
    f"https://drive.google.com/file/d/{ID}": "file",
    f"https://drive.google.com/file/u/1/d/{ID}/preview": "file",
    f"https://drive.google.com/a/example.org/file/d/{ID}/view": "file",
    f"https://drive.google.com/uc?id={ID}": "file",
    f"https://drive.google.com/uc?export=download&id={ID}": "file",
    f"https://drive.google.com/uc?export=download&confirm=t&id={ID}": "file",
    f"https://drive.usercontent.google.com/download?id={ID}&export=download": "file",
    f"https://docs.google.com/uc?export=download&id={ID}": "file",
    f"https://docs.google.com/document/d/{ID}/edit": "file",
    f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=0": "file",
    f"https://docs.google.com/presentation/u/0/d/{ID}/edit": "file",
    f"https://drive.google.com/open?id={ID}": "",
    f"drive.google.com/open?id={ID}": "",
    f"https://drive.google.com/drive/folders/{ID}": "folder",
    f"https://drive.google.com/drive/folders/{ID}?usp=sharing": "folder",
    f"https://drive.google.com/drive/u/0/folders/{ID}": "folder",
    f"https://drive.google.com/drive/mobile/folders/{ID}": "folder",
    f"https://drive.google.com/folderview?id={ID}": "folder",
    f"https://drive.google.com/embeddedfolderview?id={ID}#list": "folder",
    f"  {ID}\n": "",
}


@pytest.mark.parametrize("text", FORMS)
def test_forms(text: str) -> None:
    assert read(text) == Link(ID, FORMS[text])


def test_the_resource_key_of_older_links() -> None:
    link = read(f"https://drive.google.com/file/d/{ID}/view?usp=sharing&resourcekey=0-a_B-c1")
    assert link == Link(ID, "file", "0-a_B-c1")


@pytest.mark.parametrize("text", ["drive:", "my box:data/x y.zip", "s3:a/b", ":local:/x", "a_b:한"])
def test_paths_of_rclone(text: str) -> None:
    assert read(text) == Remote(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://example.org/data.zip", "not a Google Drive link"),
        ("https://drive.google.com.example.org/file/d/" + ID, "not a Google Drive link"),
        ("https://drive.google.com/drive/my-drive", "Copy link"),
        ("https://drive.google.com/file/d/", "Copy link"),
        ("data.zip", "not a Google Drive link or id"),
        ("C:\\data", "not a Google Drive link or id"),
        ("", "not a Google Drive link or id"),
    ],
)
def test_what_is_none(text: str, told: str) -> None:
    with pytest.raises(FetchError, match=told):
        read(text)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("lookup drive.google.com: no such host", "its name can't be resolved"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))", "certificate"),
        ("net/http: TLS handshake timeout", "it can't be reached"),
        ("googleapi: Error 500: Internal Error, internalError", "wait some minutes"),
        ("something new", "was not fetched: something new"),
        ("", "no reason was given"),
    ],
)
def test_what_is_no_matter_of_drive_is_explained_too(said: str, told: str) -> None:
    error = explained("data.zip", said)
    assert told in str(error) and str(error).startswith("data.zip was not fetched: ")
