"""The report: one page that says who said what, when, about whom, and a page an article.

It reads the tables of a run and nothing else. ``build`` gathers what the page shows, one module a section, writes it as
data that the page's script reads (in the page, or, for a large corpus, in files beside it), draws what can be drawn
beforehand, and puts the whole in place at the end.
"""
