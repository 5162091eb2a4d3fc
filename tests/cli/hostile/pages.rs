//! Pages: elements, attributes, entities and metadata beyond all measure.

use super::attack::Attack;
use super::trial::SENTENCE;

/// A page whose article is a sentence with `more` after it.
fn page(more: impl AsRef<str>) -> String {
    of_parts("", more)
}

fn of_parts(head: impl AsRef<str>, more: impl AsRef<str>) -> String {
    let (head, more) = (head.as_ref(), more.as_ref());
    format!(
        "<!doctype html><html><head><meta charset=utf-8>{head}</head>\
         <body><article><p>{SENTENCE}</p>{more}<p>{SENTENCE}</p></article></body></html>"
    )
}

/// A page with `part` so many times.
fn repeated(name: &str, part: &'static str, count: usize) -> Attack {
    Attack::file(name, move || page(part.repeat(count)))
}

/// A page with numbered parts.
fn numbered(name: &str, count: usize, part: fn(usize) -> String) -> Attack {
    Attack::file(name, move || page((0..count).map(part).collect::<String>()))
}

/// A page with something in its head.
fn head(name: &str, make: impl Fn() -> String + Send + Sync + 'static) -> Attack {
    Attack::file(name, move || of_parts(make(), ""))
}

pub fn attacks() -> Vec<Attack> {
    let kinds = [nested(), formatting(), many(), signs(), metadata(), bytes()];
    kinds.into_iter().flatten().collect()
}

/// Elements in elements: parsers recurse, or take time by the square of the depth.
fn nested() -> Vec<Attack> {
    vec![
        repeated("page-nested-div.html", "<div>", 1_500)
            .fails("nests its elements")
            .quick(),
        repeated("page-nested-div-deep.html", "<div>", 200_000).fails("elements open at once"),
        repeated("page-nested-custom.html", "<p-x>", 32_000).survived(),
        repeated("page-nested-custom-li.html", "<li-item><tr-x>", 20_000).survived(),
        repeated("page-nested-colon.html", "<p:x>", 32_000).survived(),
        repeated("page-nested-underscore.html", "<td_x>", 32_000).survived(),
        repeated("page-nested-odd-ends.html", "<div></x>", 16_000).survived(),
        repeated("page-nested-slash.html", "<div/>", 16_000).survived(),
        repeated(
            "page-nested-ends-in-attributes.html",
            "<div a='</div>'>",
            16_000,
        )
        .survived(),
        repeated(
            "page-nested-ends-in-comments.html",
            "<div><!--></div>-->",
            16_000,
        )
        .survived(),
        repeated(
            "page-nested-title-script.html",
            "<title><script></title>",
            8_000,
        )
        .survived(),
        repeated(
            "page-nested-title-script-many.html",
            "<title><script></title>",
            40_000,
        )
        .survived(),
        repeated("page-nested-svg.html", "<svg><desc>", 8_000).survived(),
        repeated("page-nested-math.html", "<math><mi><annotation-xml>", 8_000).survived(),
        repeated("page-nested-foreign-p.html", "<svg><p-x><p>", 8_000).survived(),
        repeated("page-nested-template.html", "<template>", 8_000).survived(),
        repeated(
            "page-nested-template-table.html",
            "<template><tr><td>",
            8_000,
        )
        .survived(),
        repeated(
            "page-nested-select.html",
            "<select><option><optgroup>",
            8_000,
        )
        .survived(),
        repeated("page-nested-table.html", "<table><tr><td>", 8_000).survived(),
        repeated("page-nested-foster.html", "<table><div>сөз", 8_000).survived(),
        repeated("page-nested-list.html", "<ul><li>", 8_000).survived(),
        repeated("page-nested-dl.html", "<dl><dd><dt>", 8_000).survived(),
        repeated("page-nested-button.html", "<button><p>", 8_000).survived(),
        repeated("page-nested-object.html", "<object><param>", 8_000).survived(),
        repeated("page-nested-frameset.html", "<frameset>", 8_000).survived(),
        repeated("page-nested-ruby.html", "<ruby><rt><rb>", 8_000).survived(),
        repeated("page-nested-details.html", "<details><summary>", 8_000).survived(),
        repeated("page-nested-heading.html", "<h1><h2>", 8_000).survived(),
        repeated("page-nested-quote.html", "<blockquote><p>", 8_000).survived(),
        repeated("page-nested-noscript.html", "<noscript>", 8_000).survived(),
    ]
}

/// Formatting elements are opened again in each paragraph.
fn formatting() -> Vec<Attack> {
    vec![
        Attack::file("page-formatting-distinct.html", || {
            let open: String = (0..6_000).map(|n| format!("<b i={n}></x>")).collect();
            page(format!("<p>{open}{}", "<p>".repeat(6_000)))
        })
        .survived(),
        Attack::file("page-formatting-few.html", || {
            page(format!("{}{}", "<b>".repeat(98), "<p>".repeat(190_000)))
        })
        .survived(),
        Attack::file("page-formatting-kinds.html", || {
            let kinds = [
                "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "u",
            ];
            let open: String = (0..900)
                .map(|n| format!("<{} id=n{n}>", kinds[n % kinds.len()]))
                .collect();
            page(format!("{open}{}", "<p>сөз".repeat(20_000)))
        })
        .survived(),
        repeated("page-formatting-links.html", "<a href=x><div>", 8_000).survived(),
        repeated("page-formatting-misnested.html", "<b><i></b>", 20_000).survived(),
        repeated("page-formatting-misnested-p.html", "<b><p></b>", 20_000).survived(),
        repeated(
            "page-formatting-table.html",
            "<table><b><tr><td></b>",
            8_000,
        )
        .survived(),
        repeated("page-formatting-nobr.html", "<nobr><p>", 8_000).survived(),
    ]
}

/// Many of what a page has some of.
fn many() -> Vec<Attack> {
    vec![
        Attack::file("page-attributes-of-a-tag.html", || {
            let attributes: String = (0..190_000).map(|n| format!(" a{n}=1")).collect();
            page(format!("<p{attributes}>сөз</p>"))
        })
        .survived(),
        Attack::file("page-attributes-equal.html", || {
            page(format!("<p{}>сөз</p>", " a=1".repeat(190_000)))
        })
        .survived(),
        numbered("page-attribute-names.html", 150_000, |n| {
            format!("<b a{n}=1 c{n}>x</b>")
        })
        .survived(),
        Attack::file("page-attribute-long.html", || {
            page(format!("<p class='{}'>сөз</p>", "x ".repeat(5_000_000)))
        })
        .survived(),
        numbered("page-element-names.html", 150_000, |n| {
            format!("<e{n}></e{n}>")
        })
        .survived(),
        repeated("page-elements.html", "<i></i>", 199_000).survived(),
        repeated("page-elements-more.html", "<i></i>", 3_000_000).survived(),
        repeated("page-lines.html", "<br>", 500_000).survived(),
        repeated("page-links.html", "<a href='/x'>сөз</a> ", 60_000).survived(),
        repeated("page-images.html", "<img src=x alt='сурет'>", 100_000).survived(),
        repeated("page-headings.html", "<h2>Тақырып</h2>", 60_000)
            .only_read()
            .survived(),
        repeated(
            "page-captions.html",
            "<figure><figcaption>Сурет</figcaption></figure>",
            40_000,
        )
        .only_read()
        .survived(),
        repeated("page-comments.html", "<!-- x -->", 500_000).survived(),
        repeated("page-scripts.html", "<script>x</script>", 60_000).survived(),
        repeated("page-spaces.html", " \n\t", 4_000_000).survived(),
        repeated(
            "page-hidden.html",
            "<p hidden style='display:none'>сөз</p>",
            60_000,
        )
        .survived(),
        repeated("page-empty-paragraphs.html", "<p>", 150_000).survived(),
        repeated(
            "page-articles.html",
            "<article><p>сөз</p></article>",
            40_000,
        )
        .only_read()
        .survived(),
        repeated("page-times.html", "<time datetime=2023-08-29>", 900).survived(),
    ]
}

/// Signs that parsers wait for, or that they meet too often.
fn signs() -> Vec<Attack> {
    vec![
        repeated("page-ampersands.html", "&", 1_600_000).survived(),
        repeated("page-entities.html", "&amp;", 1_600_000).survived(),
        repeated("page-entities-unclosed.html", "&notit", 300_000).survived(),
        repeated(
            "page-entities-unknown.html",
            "&сөз; &unknownentity;",
            200_000,
        )
        .survived(),
        Attack::file("page-entities-numbers.html", || {
            page("&#0; &#x110000; &#xD800; &#xFFFE; &#27; &#x202e; &#99999999999999999999;")
        })
        .survived(),
        Attack::file("page-entity-long.html", || {
            page(format!(
                "&#{}; &{};",
                "9".repeat(2_000_000),
                "a".repeat(2_000_000)
            ))
        })
        .survived(),
        repeated("page-less-than.html", "<", 2_000_000).survived(),
        repeated("page-half-tags.html", "<p ", 1_000_000).survived(),
        repeated("page-half-ends.html", "</", 1_000_000).survived(),
        repeated("page-declarations.html", "<!x", 1_000_000).survived(),
        repeated("page-instructions.html", "<?x", 1_000_000).survived(),
        repeated("page-quotes.html", "<p a=\"", 400_000).survived(),
        repeated("page-cdata.html", "<![CDATA[", 400_000).survived(),
        repeated("page-comment-not-closed.html", "<!--", 400_000).survived(),
        repeated("page-comment-dashes.html", "<!---", 400_000).survived(),
        Attack::file("page-script-not-closed.html", || {
            page(format!("<script>{}", "</scrip".repeat(400_000)))
        })
        .survived(),
        Attack::file("page-textarea-not-closed.html", || {
            page(format!("<textarea>{}", "</textare".repeat(400_000)))
        })
        .survived(),
        Attack::file("page-plaintext.html", || {
            page(format!("<plaintext>{}", "<div>".repeat(100_000)))
        })
        .only_read()
        .survived(),
        Attack::file("page-style-not-closed.html", || {
            page(format!("<style>{}", "</styl".repeat(400_000)))
        })
        .survived(),
        Attack::file("page-doctype-long.html", || {
            format!("<!doctype {}>{}", "x".repeat(4_000_000), page(""))
        })
        .survived(),
        Attack::file("page-tag-name-long.html", || {
            page(format!("<{0}>сөз</{0}>", "x".repeat(4_000_000)))
        })
        .survived(),
    ]
}

/// What a page says of itself.
fn metadata() -> Vec<Attack> {
    vec![
        Attack::file("page-title-long.html", || {
            let long = format!("{SENTENCE} ").repeat(3_000);
            of_parts(format!("<title>{long}</title>"), format!("<p>{long}</p>"))
        })
        .only_read()
        .survived(),
        Attack::file("page-title-near.html", || {
            let long = "кеңестердің құрамы жаңарды ".repeat(5_000);
            of_parts(format!("<title>{long}а</title>"), format!("<p>{long}б</p>"))
        })
        .only_read()
        .survived(),
        Attack::file("page-title-and-paragraphs.html", || {
            let near = |n: usize| format!("{}{n}", "құрамы ".repeat(30));
            let more: String = (0..5_000).map(|n| format!("<p>{}", near(n))).collect();
            of_parts(format!("<title>{}</title>", near(0)), more)
        })
        .only_read()
        .survived(),
        head("page-titles.html", || "<title>Тақырып</title>".repeat(50_000)).survived(),
        head("page-meta-long.html", || {
            let long = "x".repeat(5_000_000);
            format!("<meta property='og:title' content='{long}'><meta name=author content='{long}'>")
        })
        .survived(),
        head("page-meta-many.html", || "<meta property='og:url' content='x'>".repeat(100_000)).survived(),
        head("page-meta-dates.html", || {
            let long = "2023-08-".repeat(300_000);
            format!("<meta property='article:published_time' content='{long}'>")
        })
        .survived(),
        head("page-json-ld-deep.html", || {
            let deep = "[".repeat(200_000);
            format!("<script type='application/ld+json'>{{\"headline\": {deep}</script>")
        })
        .survived(),
        head("page-json-ld-long.html", || {
            let long = "x".repeat(5_000_000);
            format!("<script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"{long}\"}}</script>")
        })
        .survived(),
        head("page-json-ld-values.html", || {
            let many = "{\"@type\":\"NewsArticle\"},".repeat(400_000);
            format!("<script type='application/ld+json'>[{many}{{}}]</script>")
        })
        .survived(),
        head("page-json-ld-many.html", || {
            "<script type='application/ld+json'>{\"@graph\": [{\"author\": 5}]}</script>".repeat(20_000)
        })
        .survived(),
        head("page-json-ld-kinds.html", || {
            "<script type='application/ld+json'>{\"@type\": [[]], \"headline\": {}, \"author\": [[1]], \
             \"datePublished\": 1e300, \"articleSection\": null}</script>"
                .to_owned()
        })
        .read(),
        head("page-json-ld-signs.html", || {
            "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleSection\":\
             \"\\u001b]0;x\\u0007\\u202e\",\"author\":\"\\u0000\"}</script>"
                .to_owned()
        })
        .read()
        .quick(),
        head("page-base.html", || {
            format!("<base href='{}'><link rel=canonical href='://'>", "http://a/".repeat(300_000))
        })
        .survived(),
    ]
}

/// Bytes that are not what the page says.
fn bytes() -> Vec<Attack> {
    vec![
        Attack::file("page-one-bad-byte.html", || {
            let mut bytes = of_parts("<meta name=x content='?'>", "").into_bytes();
            let place = bytes.iter().position(|&byte| byte == b'?').unwrap();
            bytes[place] = 0xff;
            bytes
        })
        .survived()
        .quick(),
        head("page-charset-unknown.html", || {
            String::from("<meta charset='x-none\u{1b}'>")
        })
        .read(),
        head("page-charset-utf7.html", || {
            String::from("<meta http-equiv=Content-Type content='text/html; charset=utf-7'>")
        })
        .read(),
        Attack::file("page-utf16-says-utf8.html", || {
            let page = page("");
            let units = page.encode_utf16().flat_map(u16::to_le_bytes);
            [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
        })
        .read(),
        Attack::file("page-utf16-odd.html", || {
            let page = page("");
            let units = page.encode_utf16().flat_map(u16::to_le_bytes);
            [0xff, 0xfe]
                .into_iter()
                .chain(units)
                .chain([0x3c])
                .collect::<Vec<u8>>()
        })
        .survived(),
        Attack::file("page-nul.html", || page("<p>а\0б</p>")).fails("NUL characters"),
        Attack::file("page-controls.html", || {
            page("<p>\u{1b}[2J\u{7}\u{202e}сөз\u{2066}</p>")
        })
        .read()
        .quick(),
        Attack::file("page-empty.html", || "").fails("holds no text"),
        Attack::file("page-only-tags.html", || "<p>".repeat(100_000)).survived(),
        Attack::file("page-only-scripts.html", || {
            format!("<html><script>{SENTENCE}</script><style>{SENTENCE}</style></html>")
        })
        .fails("no article text"),
        Attack::file("page-cut.html", || page("").as_bytes()[..199].to_vec()).survived(),
    ]
}
