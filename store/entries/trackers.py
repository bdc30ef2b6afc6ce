"""Query keys that tell who sent a reader, and nothing of the story.

A deny list: each name here belongs to one known product or means nothing else on its site. Names
that some sites use for the story itself (`id`, `v`, `idxno`, `ref`, `source`, `from`, `s`, `t`)
are never listed for all sites: dropping them makes different stories one.
"""

from __future__ import annotations

_PREFIXES = (
    "utm_",  # Google Analytics and all that copied it
    "mtm_",  # Matomo
    "__hs",  # HubSpot: __hssc, __hstc, __hsfp
    "_hs",  # HubSpot: _hsenc, _hsmi
)

_KEYS = frozenset(
    {
        # Click numbers of advertisers: one for each click, by their own documentation.
        "fbclid",  # Meta
        "gclid", "gclsrc", "dclid", "gbraid", "wbraid",  # Google Ads
        "gad_source", "gad_campaignid",
        "srsltid",  # Google Merchant Center
        "msclkid",  # Microsoft Advertising
        "twclid",  # X Ads
        "ttclid",  # TikTok
        "yclid", "_openstat",  # Yandex
        "li_fat_id",  # LinkedIn
        "epik",  # Pinterest
        "s_kwcid", "ef_id",  # Adobe
        "napm",  # Naver Shopping
        "wickedid",  # Wicked Reports
        # Who passed a post on.
        "igshid", "igsh",  # Instagram
        "ref_src", "ref_url", "__twitter_impression",  # X's embedded posts
        "fb_action_ids", "fb_action_types",  # Facebook
        "hss_channel",  # HubSpot
        "_branch_match_id", "_branch_referrer",  # Branch
        # Which reader of a newsletter clicked.
        "mc_cid", "mc_eid",  # Mailchimp
        "mkt_tok",  # Marketo
        "_bhlid",  # beehiiv
        "ck_subscriber_id",  # Kit
        "vero_id", "vero_conv",  # Vero
        "oly_anon_id", "oly_enc_id",  # Omeda
        "hsctatracking",  # HubSpot
        # Analytics that carry a visitor from one domain to another.
        "_ga", "_gl", "_gac",  # Google Analytics
        # Piwik, which Matomo was; `pk_` alone may be a primary key
        "pk_campaign", "pk_kwd", "pk_keyword", "pk_source", "pk_medium", "pk_content", "pk_cid",
        "wt.mc_id", "wt_mc",  # Webtrends, which Mapp is now
        "at_medium", "at_campaign",  # AT Internet, which Piano is now
        "guccounter", "guce_referrer", "guce_referrer_sig",  # Yahoo: who asked for consent
    }
)  # fmt: skip

_KEYS_OF_SITES = {
    "x.com": frozenset({"s", "t"}),
    "youtube.com": frozenset(
        {"si", "feature", "pp", "ab_channel", "t", "start", "index", "start_radio"}
    ),
    "youtu.be": frozenset({"si", "feature", "pp", "t", "start", "index"}),
    "linkedin.com": frozenset({"trk", "trackingid", "lipi", "rcm", "originalsubdomain"}),
    "medium.com": frozenset({"source"}),
    "huggingface.co": frozenset({"library", "inference_api", "inference_provider", "local-app"}),
    "bloomberg.com": frozenset({"cmpid", "srnd", "leadsource", "sref"}),
    "nytimes.com": frozenset({"smid", "smtyp", "partner", "emc"}),
    "wsj.com": frozenset({"mod", "reflink", "st"}),
    "washingtonpost.com": frozenset({"itid"}),
    "bbc.com": frozenset({"ocid", "ns_mchannel", "ns_source", "ns_campaign", "ns_linkname"}),
}


def tells_nothing(site: str, path: str, key: str, value: str) -> bool:
    """Whether a query key says nothing about which story is meant.

    `site` is lower case and without `www.`; `key` and `value` are decoded.
    """
    name = key.lower()
    if name.startswith(_PREFIXES) or name in _KEYS:
        return True
    if site == "x.com":
        # Only a post's page: on X's search page `s` may become part of what is shown.
        return "/status/" in path and name in _KEYS_OF_SITES[site]
    if site.endswith(".tistory.com"):
        # The list from which a reader came; the list itself has it in its path.
        return name == "category"
    if site == "github.com":
        # GitHub's own links to a repository's front page name the tab that is open anyway.
        return name == "tab" and value.endswith("-ov-file")
    return name in _KEYS_OF_SITES.get(site, ())
