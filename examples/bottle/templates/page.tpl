<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Exampletown</title>
<main><h1>Exampletown</h1><p>Look at the cookies, choose, and look again.</p></main>
<footer><a href="/cookies">Cookie policy</a> · {{!preferences_link_of(request)}}</footer>
{{!banner_of(request)}}
</html>
