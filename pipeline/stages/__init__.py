"""The stages, each a spaCy component usable alone: importing this package registers their factories.

>>> import spacy, pipeline.stages
>>> nlp = spacy.blank("en")
>>> for stage in ("segment", "names", "coref", "dates", "quotes"):
...     _ = nlp.add_pipe(stage)
>>> nlp("“We will stay,” Maria Keller said on Tuesday.")._.quotes[0].pieces[0].kind
'direct'
"""

from pipeline.stages import claims, clean, coref, dates, encode, ner, quotes, segment

__all__ = ["claims", "clean", "coref", "dates", "encode", "ner", "quotes", "segment"]
