"""The application: what to do, never how a platform says it.

Where to look for what:

| question | folder |
|---|---|
| what may be asked, and who may ask it | `commands` |
| when does a channel want posts | `schedule` |
| what is due, and how does it reach a channel once | `delivery` |
| what is said: on cards, as JSON | `views`, in the words of `i18n` |
| where does news come from by itself, and what is new | `sources`, `pages.py` |
| when does a model draft, and what of it is kept | `summaries` |
| how do files come in and go out | `importers`, `exporters` |
| what did the operator set, what is installed | `config` |
| what does the operator type, and how do they hear | `cli`, `operator_notices.py` |
| how does it hear HTTP, is it ready, what is counted | `listening.py`, `health.py`, `metrics.py` |
| what may everybody read on the web | `archive.py` |
| how does it reach Discord, Slack, the terminal | `port` says what; `adapters/` does it |

`app.py` makes all of it and passes it down, `platform_runner.py` lets each platform live; what is
kept lies in `store/`. Nothing here imports an adapter, or marks text up for a platform.
"""
