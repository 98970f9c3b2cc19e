"""Tables, written by hand, of what parsers get wrong in a Set-Cookie header: pieces of lines and of header names.

``@HOST@`` stands for the host that sends the line, ``@PARENT@`` for the domain above it, and ``@RECENT@`` for a date
less than a day past. A policy may allow the names ``ok`` and ``keep_1``, but not the others.
"""

ALLOWED_NAMES = (b"ok", b"keep_1")
BLOCKED_NAMES = (b"_ga", b"evil", b"sid", b"OK", b"ok2", b"keep", b"__Host-ok", b"__Secure-ok", b"ok\xc3\xa9")
PREFIXES = (b"__Host-", b"__Secure-", b"__Http-", b"__Host-Http-")
CONTROLS = tuple(bytes([byte]) for byte in (*range(1, 0x20), 0x7F))
# Whole characters, some of which are blanks for some readers. Then bytes that are not UTF-8.
EIGHT_BIT = tuple(character.encode() for character in "\x85\xa0é\u2028€\u3000\ufeff\ufffd🍪")
NOT_UTF8 = (
    b"\x80",
    b"\x85",
    b"\xa0",
    b"\xad",
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xf0\x9f",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
)
# Deletions for every engine, if Max-Age=0 follows the last one, and the places to delete a cookie from.
DELETIONS = (b"Max-Age=0", b"max-age = -1 ", b"Expires=Thu, 01 Jan 1970 00:00:00 GMT", b"expires=@RECENT@")
PLACES = (
    b"|; Path=/set|; Domain=@HOST@|; Domain=.@PARENT@; Path=/|; Secure; Partitioned; Path=/"
    b"|; Path=/set/deep; Domain=@PARENT@"
).split(b"|")
# What ends or folds a line for some readers.
BREAKS = (
    b"\r|\n|\r\n|\0|\n\r|\r\r\n|\r\n\r\n|\n\n|\r\n |\r\n\t|\r\n \t |\n |\r |\0 |\r\n \r\n |\r\n \nSet-Cookie:"
).split(b"|")
# What may stand on both sides of one of them.
BROKEN = (
    b"ok=1%bSet-Cookie: evil=1|ok=1%bset-cookie:evil=1|ok=1%b Set-Cookie: evil=1|ok=1%bSet-Cookie : evil=1"
    b"|ok=1%bSet-Cookie\t:evil=1|ok=1%b\tevil=1|ok=1%b; evil=1|ok=1%bevil=1|ok=1; Path=/%bSet-Cookie: evil=1"
    b"|ok=1; x%bevil=1; Path=/|ok=1; Path=%bevil=1|ok=1%b|ok=1%b;Max-Age=0|%bok=1|%bevil=1|o%bk=1|ok%b=1|ok=%b1|%b=1"
    b"|ok%bSet-Cookie: evil=1|ok;%bevil=1|ok %b k=1|Set-Cookie: evil%b=1|ok=1; Max-Age=0%bSet-Cookie: evil=1"
).split(b"|")

# Names and values, and what may stand in their place.
PAIRS = (
    b"ok=1|ok|ok=|=ok|=ok=1|==ok|==ok=1|ok==1|=|==|===|;|=;|;ok=1|;;ok=1|ok=1;|ok=1;;|ok=1;=;|ok=1;=x|ok=1;;;x|"
    b"evil|evil=|=evil|=evil=1|==evil|evil==1|ok;evil=1|ok=;evil=1|=;evil=1|;evil=1|ok,evil=1|ok=1,evil=2|"
    b'ok=1&evil=2|"ok"=1|"ok=1"|ok="1|ok="1"|ok="1;evil=2"|ok="1\\";evil=2"|"ok;evil=2"|\'ok\'=1|ok=\'1\'|ok:1|'
    b'ok:=1|{ok}=1|[ok]=1|@ok=1|ok@=1|ok={"a":1}|ok={"a":1,"b":[2]};Path=/|{"ok":1}|{"ok"=1}|'
    b"ok=%0d%0aSet-Cookie:evil=1|o%6b=1|ok%3d1|$ok=1|$Version=1;ok=1|Path=/|Secure|HttpOnly|Domain=@HOST@|"
    b"Expires=0|Max-Age=0|__Host-x|__Host-x=1|__Secure-x|=__Host-x=1|=__Secure-x"
).split(b"|")

# Blanks, and what some readers take for blanks.
BLANKS = (
    b" ok=1|ok =1|ok= 1|ok=1 |\tok=1|ok\t=1|ok=\t1|ok=1\t| \t ok \t = \t 1 \t ;Path=/|o k=1|o\tk=1|o  k=1|ok=1 2|"
    b"ok=1\t2| ok|ok | =ok| = ok|= ok=1| =ok=1|\t=\tok|  | ;| ; ok=1|\t;ok=1|\t| =|= |ok=1; evil=2|ok=1 ;evil=2|"
    b"ok=1;\tevil=2| _ga|_ga | = _ga| _ga =1|_ga x=1|_ga\tx=1|x _ga=1|ok  =1|ok\xa0=1|\xa0ok=1|ok\x85=1|\x85ok=1|"
    b"ok\x0b=1|\x0bok=1|ok\x0c=1|\x0cok=1|ok\xc2\xa0=1|\xc2\xa0ok=1|ok\xe3\x80\x80=1|\xef\xbb\xbfok=1"
).split(b"|")

# Attributes after a plain pair. Browsers and other readers differ on many of them.
ATTRIBUTES = (
    b"Path|Path=|Path=/|path=/|PATH = /| Path =\t/ |Path=/set|Path=/set/|Path=/set/deep|Path=/SET|Path=/other|"
    b'Path=set|Path=//|Path="/"|Path=/;Path=/other|Path=/other;Path=/|Path=/;Path|Path=/other;Path=|Path=/=x|'
    b"Path=/?x|Path=/%73et|Path=/\x80|Domain|Domain=|Domain=@HOST@|domain=.@HOST@|Domain=@PARENT@|DOMAIN=.@PARENT@|"
    b"Domain= @HOST@ |Domain=..@HOST@|Domain=@HOST@.|Domain=.@HOST@.|Domain=x@HOST@|Domain=x.@HOST@|"
    b"Domain=localhost|Domain=.localhost|Domain=example.com|Domain=com|Domain=127.0.0.1|Domain=[::1]|Domain=.|"
    b"Domain=@HOST@:80|Domain=@HOST@;Domain=|Domain=;Domain=@HOST@|Domain=example.com;Domain=@HOST@|"
    b'Domain=@HOST@;Domain=example.com|Domain=example.com;Domain|Domain="@HOST@"|Domain=@PARENT@/|'
    b"Domain=\xc3\xa9.@HOST@|Domain=\x80|Domain=%68|Domain=@HOST@ x|Domain=@HOST@,x|Domain=@HOST@\x0b|Max-Age|"
    b"Max-Age=|Max-Age=0|Max-Age=-0|Max-Age=00|Max-Age=-1|Max-Age=-01|Max-Age=+1|Max-Age=+0|Max-Age=600|"
    b"Max-Age=0600|max-age = 600 |Max-Age=9999999999|Max-Age=9223372036854775807|Max-Age=9223372036854775808|"
    b"Max-Age=18446744073709551616|Max-Age=99999999999999999999999999|Max-Age=-9223372036854775808|"
    b"Max-Age=-9223372036854775809|Max-Age=-99999999999999999999999999|Max-Age=600.5|Max-Age=0.5|Max-Age=-0.5|"
    b'Max-Age=1e3|Max-Age=0x10|Max-Age=--1|Max-Age=- 1|Max-Age="0"|Max-Age=0x|Max-Age=x0|Max-Age=0,600|'
    b"Max-Age=600;Max-Age=0|Max-Age=0;Max-Age=600|Max-Age=0;Max-Age=x|Max-Age=0;Max-Age=|Max-Age=0;Max-Age|"
    b"Max-Age=x;Max-Age=0|Max-Age=\xd9\xa0|Max-Age=-\xd9\xa1|Max-Age=0 600|Max-Age=0\x0b|"
    b"Max-Age=0;Expires=Wed, 01 Jan 2031 00:00:00 GMT|Max-Age=600;Expires=Thu, 01 Jan 1970 00:00:00 GMT|"
    b"Max-Age=x;Expires=Thu, 01 Jan 1970 00:00:00 GMT|Max-Age;Expires=Thu, 01 Jan 1970 00:00:00 GMT|Max Age=0|"
    b"Max_Age=0|MaxAge=0|Expires|Expires=|Expires=0|Expires=-1|Expires=soon|Expires=Thu, 01 Jan 1970 00:00:00 GMT|"
    b"expires = Thu, 01-Jan-1970 00:00:00 GMT |Expires=Thu, 01-Jan-70 00:00:10 GMT|"
    b"Expires=Thursday, 01-Jan-70 00:00:01 GMT|Expires=Thu Jan  1 00:00:01 1970|Expires=1 Jan 1970 0:0:1|"
    b"Expires=01 Jan 2000|Expires=2000-01-01T00:00:00Z|Expires=Sat, 01 Jan 2000 24:00:00 GMT|"
    b"Expires=Sat, 30 Feb 2000 00:00:00 GMT|Expires=Sat, 01 Jan 2000 00:00:60 GMT|"
    b"Expires=Fri, 31 Dec 1600 23:59:59 GMT|Expires=Mon, 01 Jan 1601 00:00:00 GMT|"
    b"Expires=Wed, 31 Dec 1969 23:59:59 GMT|Expires=Sat, 01 Jan 1938 00:00:00 GMT|"
    b"Expires=Sat, 01 Jan 69 00:00:00 GMT|Expires=Sat, 01 Jan 70 00:00:00 GMT|Expires=Sat, 01 Jan 99 00:00:00 GMT|"
    b"Expires=Wed, 01 Jan 2031 00:00:00 GMT|Expires=Fri, 31 Dec 9999 23:59:59 GMT|"
    b"Expires=Sat, 01 Jan 10000 00:00:00 GMT|Expires=Thu, 01 Jan 1970 00:00:00 GMT;Expires=x|"
    b"Expires=x;Expires=Thu, 01 Jan 1970 00:00:00 GMT|"
    b"Expires=Thu, 01 Jan 1970 00:00:00 GMT;Expires=Wed, 01 Jan 2031 00:00:00 GMT|"
    b'Expires=Thu, 01 Jan 1970 00:00:00 +0000|Expires="Thu, 01 Jan 1970 00:00:00 GMT"|'
    b"Expires=Thu, 01 Jan 1970 00:00:00|Expires=Thu, 01 Jan 1970 00:00:00 GMT x|"
    b"Expires=Thu, 01 Jan 1970 00:00:00 GMT+12:00|Expires=01 00 Jan 1970 00:00:00|"
    b"Expires=Thu, 01 Janvier 1970 00:00:00 GMT|Expires=Thu, 01 Jan 1970\x0b00:00:00 GMT|"
    b"Expires=Thu\xa001\xa0Jan\xa01970 00:00:00 GMT|Expires=Thu, 1 Jan 1970 00:00:00 GMT|Secure|secure|SECURE=|"
    b"Secure=false|Secure=0| Secure |Secure\x0b|;Secure;|Secure;Secure=0|Secured|HttpOnly|httponly=x|HttpOnly\xa0|"
    b"SameSite|SameSite=|SameSite=Lax|samesite=STRICT|SameSite=None|SameSite=None;Secure|SameSite=x|"
    b'SameSite=Strict;SameSite=None|SameSite=None;SameSite=Lax|SameSite="Lax"|SameSite= None ;Secure|Partitioned|'
    b"Partitioned;Secure|partitioned=x;Secure;Path=/|Partitioned;Secure;SameSite=None|Priority=High|Priority=x|"
    b'SameParty|SameParty;Secure|Version=1|Comment=x;y|x|=|==|=x|,|, evil=1|"|evil|evil=1|=evil|ok=2|\x80|'
    b"\x80=\xff|x=\xc3\xa9|\xa0Path=/other|Path\xa0=/other|Path\x0b=/other|Path=\x0c/other|Path=/\xa0"
).split(b"|")

# Header names that some readers take for Set-Cookie, that look like it, or that smuggle one.
HEADER_NAMES = (
    b"Set-Cookie|set-cookie|SET-COOKIE|sEt-cOOkie|Set-Cookie |Set-Cookie\t|Set-Cookie \t | Set-Cookie|\tSet-Cookie|"
    b"Set-Cookie2|Set_Cookie|Set-Cookie:|Set-Cookie::|Set-Cookie: evil=1; b|set-cookie:evil=1;|"
    b"Set-Cookie :evil=1; b|Set-Cookie\t:evil=1; b|X: y\r\nSet-Cookie|X: y\nSet-Cookie|X: y\rSet-Cookie|"
    b"X: y\x00Set-Cookie|X: y\r\nSet-Cookie: evil=1\r\nZ|X: y\n set-cookie: evil=1\nZ|X: y\r\n\r\nSet-Cookie|"
    b"X\r\nSet-Cookie: evil=1; b|\r\nSet-Cookie|\nSet-Cookie|\rSet-Cookie|\x00Set-Cookie|Set-Cookie\r|Set-Cookie\n|"
    b"Set-Cookie\x00|Set-Cookie\r\n|Set-Cookie\r\n |Set-Cookie: evil=1\r\nX|Set-Cookie: evil=1\nX|"
    b"Set-Cookie: evil=1\x00X||:|:Set-Cookie|X:Set-Cookie|X Set-Cookie|Set Cookie|Set-Cookie X|X\r\n Set-Cookie|"
    b"X:\n Set-Cookie|\xa0Set-Cookie|Set-Cookie\xa0|Set-Cookie\x85|Set\xadCookie|Set\xe2\x80\x91Cookie|"
    b"Set-Coo\xe2\x84\xaaie|\xef\xbb\xbfSet-Cookie|Set-Cookie\xef\xbc\x9a evil=1|Cookie|Set-Cooki|et-Cookie"
).split(b"|")
