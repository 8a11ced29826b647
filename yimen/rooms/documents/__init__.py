"""文书 Documents: numbers and data of every paper that the centre gives out. Rendering is a job.

A document keeps its kind, number, template version and data; its subject is a text ("case:NUMBER"), so that every
room above may have papers. Verb: draw_up (inside other rooms' verbs).
"""
