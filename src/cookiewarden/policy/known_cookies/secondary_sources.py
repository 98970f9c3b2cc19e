"""Pages about cookies by others than those who make them: sites that list the cookies they use, and open source.

Rule: a page stands here only if no page of the maker's own was found that says as much. Each was read, and names the
cookie; but the site that wrote it may err, or have changed it.
"""

from __future__ import annotations

from enum import StrEnum


class SecondarySource(StrEnum):
    """The address of a page by others than those who make a cookie.

    >>> SecondarySource.LUCID.value
    'https://lucid.co/cookies'
    """

    # Open source.
    # Rules by which a browser extension sees what a consent manager kept.
    AUTOCONSENT = "https://github.com/duckduckgo/autoconsent"
    # What a service passes on to others, with the cookies of theirs that it reads.
    SEGMENT_DESTINATIONS = "https://github.com/segmentio/segment-docs/blob/master/src/_data/catalog/destinations.yml"
    # The services that a consent manager can load, with the cookies that each sets.
    TARTEAUCITRON = "https://github.com/AmauriC/tarteaucitron.js/blob/master/tarteaucitron.services.js"
    # Names of tracking cookies that a filter for browsers removes, with what each does.
    TRACKING_COOKIES = (
        "https://github.com/AdguardTeam/AdguardFilters/blob/master/SpywareFilter/sections/cookies_general.txt"
    )
    # Sites, and what they say about the cookies of the services that they use.
    ACUITY = "https://www.acuitykp.com/cookie-policy/index.php"
    AGRONOMO_QUAGLIATA = "https://agronomoquagliata.it/en/cookie-policy/"
    CAREERS_WALES = "https://careerswales.gov.wales/node/785"
    CODEWEEK = "https://github.com/codeeu/codeweek/pull/2990.diff"
    COMMERCETOOLS = "https://npmjs.com/package/@commercetools-frontend/cookie-consent"
    EXPLORE = "https://www.explore.study/cookies-policy"
    FLOWCONSENT = "https://www.flowconsent.com/en/services/security/akamai-bot-manager"
    IWONA_WENCEL = "https://iwonawencel.com/en/cookie-table"
    LLB = "https://llb-banking.de/en/rechtliche-hinweise/cookies"
    LUCID = "https://lucid.co/cookies"
    MIBODIA = "https://mibodia.com/pages/copy-of-list-of-cookies"
    # Its policy of 30 March 2021, after which examples/policies/opendatasoft.com.toml is written, named the cookie.
    OPENDATASOFT = "https://www.opendatasoft.com/en/cookies/"
    SECON = "https://www.seconrenewables.com/pages/cookies-policy"
    TOSHIBA = "https://toshiba-tv.com/fr-en/full-hd-tv/42l2163dg"
