"""The command line with a last stage that fails as the words of an article say.

A worker process runs this file again, under another name, so the stage is there too. The words: HANG sleeps, DIE
kills its process, STUMBLE kills it once (it leaves a file where STUMBLED says), GREEDY asks for more memory than there
is, SLOW takes five seconds.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

import pipeline.shard as shards

_plain = shards._language


@Language.component("faulty")
def faulty(doc: Doc) -> Doc:
    text = doc.text
    if "HANG" in text:
        time.sleep(600)
    if "DIE" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "STUMBLE" in text:
        stumbled = Path(os.environ["STUMBLED"])
        if not stumbled.exists():
            stumbled.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    if "GREEDY" in text:
        raise MemoryError
    if "SLOW" in text:
        time.sleep(5)
    return doc


def _language(model: str, clean: str) -> Language:
    nlp = _plain(model, clean)
    if "faulty" not in nlp.pipe_names:
        nlp.add_pipe("faulty")
    return nlp


shards._language = _language  # type: ignore[assignment]

if __name__ == "__main__":
    from pipeline.cli import main

    main()
