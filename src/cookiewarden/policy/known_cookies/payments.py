"""Well-known cookies of shops and payments: carts, checkouts, and protection from fraud.

Rule: the rows are sorted by provider and name. A fact that the source does not state is left out.
"""

from __future__ import annotations

from cookiewarden.policy.declaration import Category
from cookiewarden.policy.known_cookies.known_cookie import KnownCookie
from cookiewarden.policy.known_cookies.secondary_sources import SecondarySource

_USUAL = Category.NECESSARY
_PAYS = "takes payments"
_SELLS = "runs the shop"

# The pages of those who make the cookies.
_MAGENTO = "https://docs.magento.com/m2/ce/user_guide/stores/cookie-reference.html"
_WOO = (
    "https://github.com/woocommerce/woocommerce/blob/0287476fb5cb1affafe9e397dcc3705df40bcdba/plugins/"
    "woocommerce/includes/class-wc-cart-session.php"
)
_WOO_SESSION = "https://woocommerce.com/wc-apidocs/files/woocommerce-includes-class-wc-session-handler.html"

COOKIES = (
    KnownCookie(
        (
            "X-Magento-Vary",
            "form_key",
            "mage-cache-sessid",
            "mage-cache-storage",
            "mage-cache-storage-section-invalidation",
            "mage-messages",
            "mage-translation-file-version",
            "mage-translation-storage",
            "persistent_shopping_cart",
            "private_content_version",
            "section_data_ids",
        ),
        "Magento",
        _USUAL,
        "",
        _MAGENTO,
    ),
    KnownCookie(("_identity_session",), "Shopify", _USUAL, "2 years", SecondarySource.SECON, _SELLS),
    KnownCookie(("_master_udr",), "Shopify", _USUAL, "session", SecondarySource.SECON, _SELLS),
    KnownCookie(
        ("_merchant_essential", "_shopify_essential", "_shopify_essential_"),
        "Shopify",
        _USUAL,
        "1 year",
        SecondarySource.SECON,
        _SELLS,
    ),
    KnownCookie(
        ("_secure_admin_session_id", "_secure_admin_session_id_csrf"),
        "Shopify",
        _USUAL,
        "12 weeks",
        SecondarySource.SECON,
        _SELLS,
    ),
    KnownCookie(("_secure_session_id",), "Shopify", _USUAL, "24 hours", SecondarySource.MIBODIA, _SELLS),
    KnownCookie(("_shopify_country",), "Shopify", _USUAL, "session", SecondarySource.MIBODIA, _SELLS),
    KnownCookie(("_shopify_test",), "Shopify", _USUAL, "1 minute", SecondarySource.SECON, _SELLS),
    KnownCookie(("_storefront_u",), "Shopify", _USUAL, "1 minute", SecondarySource.MIBODIA, _SELLS),
    KnownCookie(
        ("cart_currency", "cart_sig", "cart_ts", "cart_ver"),
        "Shopify",
        _USUAL,
        "2 weeks",
        SecondarySource.MIBODIA,
        _SELLS,
    ),
    KnownCookie(("checkout_token", "shopify_pay"), "Shopify", _USUAL, "1 year", SecondarySource.MIBODIA, _SELLS),
    KnownCookie(("secure_customer_sig",), "Shopify", _USUAL, "20 years", SecondarySource.MIBODIA, _SELLS),
    KnownCookie(("storefront_digest",), "Shopify", _USUAL, "2 years", SecondarySource.MIBODIA, _SELLS),
    KnownCookie(("__stripe_mid",), "Stripe", _USUAL, "1 year", SecondarySource.AGRONOMO_QUAGLIATA, _PAYS),
    KnownCookie(("__stripe_sid",), "Stripe", _USUAL, "30 minutes", SecondarySource.AGRONOMO_QUAGLIATA, _PAYS),
    KnownCookie(("woocommerce_cart_hash", "woocommerce_items_in_cart"), "WooCommerce", _USUAL, "", _WOO),
    KnownCookie(("wp_woocommerce_session_*",), "WooCommerce", _USUAL, "", _WOO_SESSION),
)
