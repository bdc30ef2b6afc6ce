"""The application: what to do, never how a platform says it.

Where to look for what:

| question | folder |
|---|---|
| what may be asked, and who may ask it | `commands` |
| when does a channel want posts | `schedule` |
| what is due, and how does it reach a channel once | `delivery` |
| what is said: on cards, as JSON | `views`, in the words of `i18n` |
| how do files come in and go out | `importers`, `exporters` |
| what did the operator set, what is installed | `config` |
| what does the operator type | `cli` |
| how does it hear HTTP, is it ready | `http.py`, `health.py` |
| how does it reach Discord, Slack, the terminal | `port` says what; `adapters/` does it |

`app.py` makes all of it and passes it down; what is kept lies in `store/`.
"""
