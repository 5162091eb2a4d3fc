"""Makes tests/fixtures/pages: pages after the structure of Kazakh news sites, with invented articles.

The structures (names of classes, order of headline, date, lead and text, what surrounds them) are those that
public scrapers of these sites look for. Sites, people and events are invented. What an article of each page is
stands in expected.json: title, date, author, section, views, url, captured, and paragraphs with their kinds.

    python3 tests/reference/pages.py
"""

import json
from pathlib import Path

OUT = Path(__file__).parent.parent / "fixtures" / "pages"

BRIDGE = {
    "title": "Тасөткелде жаңа көпір пайдалануға берілді",
    "lead": "Тасөткел ауылының тұрғындары он жыл күткен көпір ақыры ашылды, енді аудан орталығына жол екі есе қысқарады.",
    "paragraphs": [
        "Көпірдің ұзындығы 240 метр, ені 12 метр. Оны салуға облыстық бюджеттен 3,4 млрд теңге бөлінді, жұмысты екі жылдан астам уақытта аяқтады.",
        "«Бұрын көктемде өзен тасығанда мектепке қайықпен барушы едік, балалар сабақтан қалып жататын», – дейді ауыл тұрғыны Сәуле Жанатқызы.",
        "Енді көпірмен жүк көліктері де өте алады. Аудан әкімдігінің айтуынша, келесі жылы оған апаратын жолға асфальт төселеді.",
        "Құрылысшылар көпірдің екі басына жарық орнатып, жаяу жүргіншілерге арналған жол да салды.",
    ],
}
SCHOOL = {
    "title": "Аққайнар мектебінде робот жасайтын үйірме ашылды",
    "lead": "Үйірмеге алғашқы күні-ақ қырық бала жазылды, сабақты университет студенттері тегін жүргізеді.",
    "paragraphs": [
        "Мектеп директоры Бақыт Нұрпейісовтің айтуынша, құрал-жабдықты жергілікті кәсіпкерлер сатып алып берген.",
        "Балалар аптасына екі рет жиналып, қарапайым роботтарды құрастыруды және бағдарлама жазуды үйренеді.",
        "Көктемде оқушылар облыстық жарысқа қатысады. Былтыр бұл жарыста көрші ауданның мектебі жеңіске жеткен еді.",
    ],
}
HARVEST = {
    "title": "Диқандар биыл күрішті мерзімінен бұрын жинады",
    "lead": "Облыста 78 мың гектардың күріші жиналып, әр гектардан орта есеппен 56 центнерден өнім алынды.",
    "paragraphs": [
        "Ауыл шаруашылығы басқармасының мәліметінше, орақ науқанына үш мыңнан астам техника қатысты.",
        "Биыл су жеткілікті болғандықтан, егіс көлемі былтырғыдан екі мың гектарға артты.",
        "Жиналған күріштің жартысы ел ішінде сатылады, қалғаны көрші мемлекеттерге жөнелтіледі.",
        "Шаруалар енді егіс алқаптарын келесі жылға дайындап жатыр.",
    ],
}
MUSEUM = {
    "title": "Ескі пошта ғимараты мұражайға айналады",
    "lead": "Қаланың тарихи орталығындағы жүз жылдық ғимаратты жөндеу жұмыстары басталды.",
    "paragraphs": [
        "Ғимарат 1912 жылы салынған. Онда алдымен пошта, кейін кітапхана, соңғы жылдары қойма орналасқан.",
        "Жөндеушілер төбедегі ескі өрнектерді сақтап қалуға тырысады, терезелер де бұрынғы қалпына келтіріледі.",
        "Мұражай қорына тұрғындар үш жүзден астам жәдігер тапсырды: хаттар, суреттер, ескі маркалар.",
        "Мұражай келесі жылдың күзінде ашылады деп жоспарланып отыр.",
    ],
}
SHORT = {
    "title": "Қызылқұмда боран соғады",
    "lead": "",
    "paragraphs": ["Бүгін түнде облыстың солтүстігінде боран соғып, жолда көктайғақ болады деп ескертті синоптиктер."],
}
TWO = {
    "title": "Жас шахматшы халықаралық турнирде жеңді",
    "lead": "",
    "paragraphs": [
        "Он екі жастағы Әлихан Төлеуов Ташкентте өткен турнирде тоғыз мүмкін ұпайдың сегізін жинады.",
        "Жаттықтырушысы оның келесі айда әлем біріншілігіне баратынын айтты.",
    ],
}

TEASERS = [
    "Қала автобустары жаңа кестемен жүреді",
    "Балалар кітапханасына бес мың кітап сыйланды",
    "Көктемде он мың түп ағаш отырғызылады",
    "Ауыл амбулаториясына жаңа жабдық келді",
]
RIGHTS = "Барлық құқықтар қорғалған. Мақаланы көшіріп басқанда сайтқа сілтеме жасау міндетті."

pages = {}


def ps(story, tag="p"):
    return "\n".join(f"<{tag}>{text}</{tag}>" for text in story["paragraphs"])


def linked(titles=TEASERS):
    return "".join(f'<li><a href="/n/{i}">{title}</a></li>' for i, title in enumerate(titles))


def text(story, lead=False):
    first = [["text", story["lead"]]] if lead else []
    return first + [["text", one] for one in story["paragraphs"]]


def page(name, site, head, body, title, paragraphs, lang="kk", before="<!DOCTYPE html>\n", **facts):
    html = f'{before}<html lang="{lang}"><head><meta charset="utf-8">{head}</head>\n<body>\n{body}\n</body></html>\n'
    expected = {"site": site, "title": title, "paragraphs": paragraphs}
    expected.update(facts)
    pages[name] = (html, expected)


FOOTER = f'<footer class="footer"><div class="container"><p>© 2024 Дала таңы. {RIGHTS}</p><p>Редакцияның мекенжайы: Қызылорда қаласы, Абай даңғылы, 5-үй. Телефоны редакцияда бар.</p></div></footer>'
NAV = '<header class="header"><a class="logo" href="/">Дала таңы</a><nav><ul><li><a href="/qogam">Қоғам</a></li><li><a href="/sport">Спорт</a></li><li><a href="/madeniet">Мәдениет</a></li></ul></nav></header>'


# A newspaper's site: headline with a class of its own, grey line of section and date, one wide block of text.
page(
    "newspaper-grey-line", "egemen.kz",
    f'<title>{BRIDGE["title"]} - Дала таңы</title><meta property="og:site_name" content="Дала таңы"><meta property="og:url" content="https://dala.example/article/351-bridge">',
    f'''{NAV}
<div class="container"><div class="row"><div class="col-md-8">
<h1 class="responsive_title">{BRIDGE["title"]}</h1>
<div class="news-info"><span class="text-grey">Қоғам • 27 Қаңтар, 2024</span> <span class="text-grey"><i class="fa fa-eye"></i> 1204</span></div>
<div class="main-news padding-80"><p><strong>{BRIDGE["lead"]}</strong></p>
{ps(BRIDGE)}
</div>
<div class="tags"><a href="/t/1">көпір</a> <a href="/t/2">жол</a></div>
</div><div class="col-md-4"><h3>Соңғы жаңалықтар</h3><ul>{linked()}</ul></div></div></div>
{FOOTER}''',
    BRIDGE["title"], text(BRIDGE, lead=True),
    date="2024-01-27", section="Қоғам", views=1204, url="https://dala.example/article/351-bridge",
)

# The same newspaper's older theme: h3 as headline, subtitle outside of the text.
page(
    "newspaper-old-theme", "egemen.kz (2017)",
    f'<title>{MUSEUM["title"]} | Дала таңы</title>',
    f'''<div id="header"><h1 class="logo"><a href="/">Дала таңы</a></h1></div>
<div id="post-page"><div id="post-page-title"><h3>{MUSEUM["title"]}</h3></div>
<div id="post-page-subtitle">{MUSEUM["lead"]}</div>
<div class="post-date">14.03.2017</div>
<div id="post-content">{ps(MUSEUM)}</div></div>
<div class="related"><h4>Ұқсас жаңалықтар</h4><ul>{linked()}</ul></div>''',
    MUSEUM["title"], text(MUSEUM, lead=True), date="2017-03-14",
)

# A portal: lead as h2, text in a block of its own, date beside.
page(
    "portal-lead-h2", "tengrinews.kz",
    f'<title>{HARVEST["title"]}: 5 мамыр 2023, 10:15 - жаңалықтар Ақжол порталында</title><meta property="og:title" content="{HARVEST["title"]}">',
    f'''{NAV}<main class="container"><section class="content"><div class="content_main">
<div class="content_main_breadcrumbs breadcrumbs"><a href="/">Басты бет</a> / <a href="/kz">Қазақстан</a></div>
<h1 class="head-single">{HARVEST["title"]}</h1>
<div class="content_main_meta"><div class="date-time">5 мамыр 2023, 10:15</div><div class="content_main_meta_stat"><i class="icon-view"></i> <span class="views">3 518</span></div></div>
<div class="content_main_thumb"><img src="/a.jpg" alt=""><div class="content_main_thumb_alt">Фото: Ақжол</div></div>
<h2 class="content_main_desc"><p>{HARVEST["lead"]}</p></h2>
<div class="content_main_text">{ps(HARVEST)}
<p><em>Telegram-арнамызға <a href="https://t.me/x">жазылыңыз</a>, жаңалықтарды бірінші болып біліңіз!</em></p></div>
<div class="tn-social-share"><a href="#">Бөлісу</a></div></div></section>
<aside><div class="list">{"".join(f"<div><a href='#'>{one}</a></div>" for one in TEASERS)}</div></aside></main>
{FOOTER}''',
    HARVEST["title"], [["caption", "Фото: Ақжол"]] + text(HARVEST, lead=True), date="2023-05-05", section="Қазақстан", views=3518,
)

# An agency: time, day and zone in one line; author with a role at the end.
page(
    "agency-gmt", "kaz.inform.kz",
    f'<title>{SCHOOL["title"]}</title><meta property="og:title" content="{SCHOOL["title"]}"><meta property="og:url" content="https://agenttik.example/news/robot-uyirme"><meta name="author" content="Агенттік">',
    f'''{NAV}<div class="article"><div class="article__top"><div class="article__info"><a class="article__category" href="/c/1">Білім</a></div>
<h1 class="article__title">{SCHOOL["title"]}</h1><div class="article__time">18:11, 27 Қаңтар 2024 | GMT +5</div></div>
<div class="article__body"><div class="article__description"><p>АҚҚАЙНАР. АГЕНТТІК – {SCHOOL["lead"]}</p></div>
<figure class="article__picture"><img src="a.jpg"><figcaption>Фото: мектеп мұрағаты</figcaption></figure>
<div class="article__body-text">{ps(SCHOOL)}</div></div>
<div class="article__tags"><a href="/t">мектеп</a></div>
<div class="article__author"><a class="author__name" href="/a/7">Назерке Әлімова</a><div class="author__role">Автор</div></div></div>
<div class="other-news"><div class="other-news__title">Басқа жаңалықтар</div>{linked()}</div>{FOOTER}''',
    SCHOOL["title"],
    [["text", f'АҚҚАЙНАР. АГЕНТТІК – {SCHOOL["lead"]}'], ["caption", "Фото: мектеп мұрағаты"]] + text(SCHOOL),
    date="2024-01-27", author="Назерке Әлімова", section="Білім", url="https://agenttik.example/news/robot-uyirme",
)

# The residence of a president: h2, then the day as h5, then an article.
page(
    "residence-h5-date", "akorda.kz",
    "<title>Ресми сайт</title>",
    f'''<nav class="navbar"><a href="/">Басты бет</a></nav>
<div class="container"><div class="breadcrumb"><a href="/">Басты бет</a> / <a href="/k">Іс-шаралар</a></div><h2 class="mt-5">{MUSEUM["title"]}</h2><h5>9 ақпан 2022 жыл</h5><article>{ps(MUSEUM)}</article>
<div class="share-buttons"><a href="#">Facebook</a> <a href="#">Telegram</a></div></div>
<div class="footer"><p>Ресми сайт. {RIGHTS}</p></div>''',
    MUSEUM["title"], text(MUSEUM), date="2022-02-09", section="Іс-шаралар",
)

# A legal portal of news: everything in one block, description apart.
page(
    "portal-article-block", "zakon.kz",
    f'<title>{BRIDGE["title"]} - Заңгер.example</title><link rel="canonical" href="https://zanger.example/5012-kopir.html"><script type="application/ld+json">{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{BRIDGE["title"]}","datePublished":"2023-11-30T20:40:00+00:00","author":{{"@type":"Person","name":"Дәурен Сапаров"}},"publisher":{{"@type":"Organization","name":"Заңгер.example"}}}}</script>',
    f'''{NAV}<div class="articleBlock"><div class="info"><div class="date">1 желтоқсан 2023, 02:40</div><a class="category" href="/c">Қоғам</a></div><h1>{BRIDGE["title"]}</h1>
<div class="author"><a href="/a">Дәурен Сапаров</a></div>
<div class="description"><p>{BRIDGE["lead"]}</p></div>
<div class="newscont">{ps(BRIDGE)}<blockquote class="readAlso"><a href="/1">{TEASERS[0]}</a></blockquote></div></div>
<div class="comments"><h3>Пікірлер</h3><div class="comment"><b>Қонақ</b><p>Көпір салынғаны жақсы болды, енді жолды да жөндесе екен, бәріміз соны күтіп отырмыз.</p></div></div>{FOOTER}''',
    BRIDGE["title"], text(BRIDGE, lead=True), date="2023-12-01", author="Дәурен Сапаров", section="Қоғам", url="https://zanger.example/5012-kopir.html",
)

# A broadcaster abroad: media block with a caption, body in wsw, links to other articles within.
page(
    "broadcaster-wsw", "azattyq.org",
    f'<title>{MUSEUM["title"]}</title><meta property="og:site_name" content="Еркін радио"><meta name="news_keywords" content="мұражай">',
    f'''<a class="skip-link" href="#content">Мазмұнға өту</a><div class="hdr-20"><nav class="hdr"><a href="/">Еркін радио</a></nav></div>
<main class="container"><div class="hdr-container"><div class="category"><a href="/z/1">Мәдениет</a></div><div class="col-title"><h1 class="title pg-title">{MUSEUM["title"]}</h1></div>
<div class="col-publishing-details"><div class="publishing-details"><div class="published"><span class="date"><time pubdate="pubdate" datetime="2021-08-19T06:30:00+00:00">Тамыз 19, 2021</time></span></div><div class="links"><ul class="links__list"><li class="links__item"><a class="links__item-link" rel="author" href="/author/1">Ержан Қасым</a></li></ul></div></div></div>
<div class="col-multimedia"><div class="cover-media"><figure class="media-image"><img src="a.jpg"><figcaption><span class="caption">Ескі пошта ғимараты. Көрнекі сурет</span></figcaption></figure></div></div></div>
<div class="body-container"><div class="col-article"><div id="article-content"><div class="wsw"><p>{MUSEUM["paragraphs"][0]}</p><p>{MUSEUM["paragraphs"][1]}</p>
<div class="wsw__embed"><div class="media-block also-read"><a href="/a/2.html"><span class="also-read__text--label">Оқи отырыңыз</span><h4 class="media-block__title">{TEASERS[1]}</h4></a></div></div>
<div class="wsw__embed"><div class="c-mmp"><div class="c-spinner">Жүктелуде</div><div class="c-mmp__error">No media source currently available</div></div></div>
<p>{MUSEUM["paragraphs"][2]}</p><p>{MUSEUM["paragraphs"][3]}</p></div></div></div>
<div class="comments comments--top"><h3>Пікірлер</h3><p>Пікіріңізді қалдырыңыз, бірақ ережені сақтаңыз деп сұраймыз.</p></div></div></main>''',
    MUSEUM["title"], [["caption", "Ескі пошта ғимараты. Көрнекі сурет"]] + text(MUSEUM),
    date="2021-08-19", author="Ержан Қасым", section="Мәдениет",
)

# A ministry: the platform's name as title, the headline as the only h1.
page(
    "ministry-platform", "gov.kz",
    "<title>Облыстық су басқармасы</title><meta property='og:site_name' content='Бірыңғай платформа'>",
    f'''<div id="root"><header class="gov-header"><a href="/">Бірыңғай платформа</a></header><div class="layout"><div class="breadcrumbs"><a href="/">Басты бет</a><a href="/press">Баспасөз орталығы</a><a href="/news">Жаңалықтар</a></div>
<div class="content"><h1 class="content__title">{HARVEST["title"]}</h1><div class="details"><span class="date">12 қыркүйек 2023</span></div><div class="content__text"><div>{ps(HARVEST)}</div></div>
<button>Артқа</button><a class="back" href="/news">Артқа</a></div></div>
<div class="gov-footer"><div>Бірыңғай байланыс орталығы 1414. {RIGHTS}</div></div></div>''',
    HARVEST["title"], text(HARVEST), date="2023-09-12", section="Жаңалықтар",
)

# A database of laws: the act's line above the text.
page(
    "law-act-line", "adilet.zan.kz",
    "<title>Балық аулау туралы - «Заң» АҚЖ</title>",
    '''<div class="container_alpha header"><a href="/">«Заң» АҚЖ</a></div><div class="container_alpha slogan"><h1>Балық аулау туралы</h1><p>Облыс әкімдігінің 2011 жылғы 3 наурыздағы № 56 қаулысы.</p></div>
<div class="container_omega"><div class="container_gamma text"><article><p>Облыс әкімдігі ҚАУЛЫ ЕТЕДІ:</p><p>1. Көктемгі уылдырық шашу кезінде балық аулауға тыйым салынсын.</p><p>2. Осы қаулының орындалуын бақылау облыс әкімінің орынбасарына жүктелсін.</p><p>3. Қаулы алғашқы ресми жарияланған күнінен бастап күшіне енеді.</p></article></div></div>
<div class="footer"><p>© «Заң» АҚЖ. Барлық құқықтар қорғалған.</p></div>''',
    "Балық аулау туралы",
    [
        ["text", "Облыс әкімдігінің 2011 жылғы 3 наурыздағы № 56 қаулысы."],
        ["text", "Облыс әкімдігі ҚАУЛЫ ЕТЕДІ:"],
        ["list", "1. Көктемгі уылдырық шашу кезінде балық аулауға тыйым салынсын."],
        ["list", "2. Осы қаулының орындалуын бақылау облыс әкімінің орынбасарына жүктелсін."],
        ["list", "3. Қаулы алғашқы ресми жарияланған күнінен бастап күшіне енеді."],
    ],
    date="2011-03-03",
)

# A weekly: a clock beside the day, a counter, paragraphs in the same block.
page(
    "weekly-clock", "anatili.kazgazeta.kz",
    f'<title>{SCHOOL["title"]} – Тіл апталығы</title>',
    f'''<div class="top"><a href="/">Тіл апталығы</a></div><div class="row"><div class="col-xl-9 col-lg-8 col-md-7"><div class="single-news"><h2>{SCHOOL["title"]}</h2>
<div class="news-meta"><i class="clock"></i><span>6 Қараша 2020</span> <i class="eye"></i><span>877</span></div>
<div class="news-text">{ps(SCHOOL)}<p><strong>Гүлнар АХМЕТОВА</strong></p></div></div></div>
<div class="col-xl-3"><h4>Танымал</h4>{linked()}</div></div>''',
    SCHOOL["title"], text(SCHOOL), date="2020-11-06", views=877, author="Гүлнар АХМЕТОВА",
)

# A site for opinions: the author above the headline, comments without end.
page(
    "opinions-comments", "abai.kz",
    f'<title>{BRIDGE["title"]}</title><meta name="author" content="admin">',
    f'''<div class="site-top"><a href="/"><img src="logo.png"></a></div><div class="post"><div class="post-cat"><a href="/c/4">Билік</a></div><h1 class="post-title">{BRIDGE["title"]}</h1>
<div class="post-info"><span class="post-author">Мұрат Төлегенов</span><span class="post-date">22 Мамыр, 2019</span><span class="post-views">4821</span></div>
<div class="post-body">{ps(BRIDGE)}</div></div>
<div id="pikirler"><h3>2 пікір</h3><div class="pikir"><b>Болат</b><p>Бұл көпірді біздің ауыл да күткен еді, бірақ ақша тағы жетпей қалды, не істейміз енді. Әкімдерге айтып жүргенімізге он жыл болды, ешкім тыңдамайды, жауап та бермейді.</p></div><div class="pikir"><b>Асем</b><p>Жақсы жаңалық екен, құтты болсын! Тек жолдарын да жөндесін, жаңбыр жауса батпақ болып қалады ғой, көлік жүре алмайды.</p></div></div>''',
    BRIDGE["title"], text(BRIDGE), date="2019-05-22", author="Мұрат Төлегенов", section="Билік", views=4821,
)

# A daily: a time element without attribute, category as a link, tags.
page(
    "daily-content-info", "aikyn.kz",
    f'<title>{HARVEST["title"]} | Күнделік</title>',
    f'''{NAV}<div class="content"><div class="item_category clearfix"><a class="seca" href="/c">Экономика</a></div><h1 class="content-title" itemprop="headline">{HARVEST["title"]}</h1>
<div class="content-info"><time class="content-info__date">17 Қазан 2022, 09:05</time><span class="content-info__views">2 145</span></div>
<div class="content-body__detail">{ps(HARVEST)}</div><div class="content-tags"><a href="#">күріш</a><a href="#">орақ</a></div></div>
<div class="content-timeline__list">{"".join(f'<div class="content-timeline__item"><a href="#">{one}</a></div>' for one in TEASERS)}</div>''',
    HARVEST["title"], text(HARVEST), date="2022-10-17", section="Экономика", views=2145,
)

# A portal with one-paragraph news.
page(
    "portal-short", "baq.kz",
    f'<title>{SHORT["title"]}</title><meta property="article:published_time" content="2024-04-02T23:30:00+05:00"><meta property="article:section" content="Ауа райы">',
    f'''{NAV}<section class="single"><div class="single__left"><h1 class="single__title">{SHORT["title"]}</h1><div class="single__date">02.04.2024, 23:30</div><div class="single__content">{ps(SHORT)}</div></div>
<div class="single__right"><div class="news-list">{"".join(f"<div class='news-list__item'><p>{one}.</p></div>" for one in TEASERS)}</div></div></section>{FOOTER}''',
    SHORT["title"], text(SHORT), date="2024-04-02", section="Ауа райы",
)

# A television channel: the story below a player.
page(
    "television-player", "qazaqstan.tv",
    f'<title>{SCHOOL["title"]}</title>',
    f'''<div id="app"><div class="top-menu"><a href="/">Арна</a><a href="/live">Тікелей эфир</a></div><div class="news-page"><h1>{SCHOOL["title"]}</h1><span class="news-page__date">2023-02-14 19:20</span>
<div class="player"><video controls><source src="a.mp4">Сіздің браузеріңіз видеоны қолдамайды</video></div><div class="news-page__text"><p>{SCHOOL["lead"]}</p>{ps(SCHOOL)}</div>
<div class="share">Бөлісу: <a href="#">Facebook</a></div></div></div>''',
    SCHOOL["title"], text(SCHOOL, lead=True), date="2023-02-14",
)

# A regional paper: the day in news-date, share buttons inside of the text.
page(
    "regional-inline-share", "turkystan.kz",
    f'<title>{MUSEUM["title"]}</title><meta property="og:title" content="{MUSEUM["title"]}"><meta name="author" content="Түркі редакция"><meta property="article:section" content="Руханият">',
    f'''{NAV}<div class="article-page"><h1>{MUSEUM["title"]}</h1><span class="news-date">30 Маусым 2021</span><div class="article-content"><p>{MUSEUM["paragraphs"][0]}</p><div class="article-share"><span>Бөлісу</span></div>
<p>{MUSEUM["paragraphs"][1]}</p><p>{MUSEUM["paragraphs"][2]}</p><div class="related-articles"><b>Тақырыпқа қатысты</b><a href="/1">{TEASERS[2]}</a></div><p>{MUSEUM["paragraphs"][3]}</p></div></div>{FOOTER}''',
    MUSEUM["title"], text(MUSEUM), date="2021-06-30", section="Руханият", author="Түркі редакция",
)

# A broadcaster abroad of another kind: each paragraph in a block of its own, no classes that mean anything.
page(
    "broadcaster-text-blocks", "bbc.com",
    f'<title>{TWO["title"]} - Әлем жаңалықтары</title><meta property="og:title" content="{TWO["title"]} - Әлем жаңалықтары"><meta property="og:site_name" content="Әлем жаңалықтары">',
    f'''<div class="css-1a2b3c"><nav aria-label="Басты"><a href="/kk">Әлем</a></nav><main role="main"><div class="bbc-1q"><h1 id="content" class="bbc-9z">{TWO["title"]}</h1></div>
<div class="bbc-x1"><time class="bbc-t1" datetime="2023-07-03">3 шілде 2023</time></div><div class="bbc-p0"><p class="bbc-p1">{TWO["paragraphs"][0]}</p></div><div class="bbc-p0"><p class="bbc-p1">{TWO["paragraphs"][1]}</p></div>
<section aria-labelledby="r" class="bbc-rel"><h2 id="r">Ұқсас материалдар</h2><ul>{linked()}</ul></section></main><footer><p>© 2023 Әлем жаңалықтары. Сыртқы сайттардың мазмұнына жауап бермейміз.</p></footer></div>''',
    TWO["title"], text(TWO), date="2023-07-03",
)

# WordPress: a theme of newspapers, with captions, sharing and an author's box.
page(
    "wordpress-newspaper", "WordPress, Newspaper",
    f'<title>{BRIDGE["title"]} &#8211; Өлке үні</title><meta property="og:site_name" content="Өлке үні"><meta property="article:published_time" content="2022-12-09T04:15:00+00:00"><script type="application/ld+json" class="yoast-schema-graph">{{"@context":"https://schema.org","@graph":[{{"@type":"Article","@id":"https://olke.example/#article","headline":"{BRIDGE["title"]}","datePublished":"2022-12-09T04:15:00+00:00","author":{{"@id":"https://olke.example/#/person/1"}},"articleSection":["Аймақ"]}},{{"@type":"WebPage","@id":"https://olke.example/kopir/","url":"https://olke.example/kopir/"}},{{"@type":"Person","@id":"https://olke.example/#/person/1","name":"Анар Сейітқызы"}}]}}</script><link rel="canonical" href="https://olke.example/kopir/">',
    f'''<div id="td-outer-wrap" class="td-theme-wrap"><div class="td-header-menu-wrap"><ul class="sf-menu"><li><a href="/">Басты бет</a></li></ul></div>
<article class="post type-post hentry category-aimaq"><div class="td-post-header"><ul class="td-category"><li class="entry-category"><a href="/c">Аймақ</a></li></ul><header class="td-post-title"><h1 class="entry-title">{BRIDGE["title"]}</h1><div class="td-module-meta-info"><div class="td-post-author-name">Автор <a href="/a">Анар Сейітқызы</a></div><span class="td-post-date"><time class="entry-date updated td-module-date" datetime="2022-12-09T10:15:00+06:00">09.12.2022</time></span><div class="td-post-views"><i class="td-icon-views"></i><span class="td-nr-views-1">356</span></div></div></header></div>
<div class="td-post-sharing-top"><a href="#">Facebook</a></div>
<div class="td-post-content"><div class="td-post-featured-image"><figure><img src="a.jpg"><figcaption class="wp-caption-text">Жаңа көпір. Суретті түсірген Ерлан Омаров</figcaption></figure></div>{ps(BRIDGE)}</div>
<footer><div class="td-post-source-tags"><ul class="td-tags"><li><a href="#">көпір</a></li></ul></div><div class="author-box-wrap"><a href="/a">Анар Сейітқызы</a><p>Өлке үні газетінің тілшісі, жиырма жылдан бері ауыл мәселелерін жазып жүр.</p></div></footer></article>
<div class="td_block_related_posts"><h4>ҰҚСАС МАҚАЛАЛАР</h4>{linked()}</div><div class="comments" id="comments"><div id="respond" class="comment-respond"><h3>Пікір қалдыру</h3></div></div></div>{FOOTER}''',
    BRIDGE["title"], [["caption", "Жаңа көпір. Суретті түсірген Ерлан Омаров"]] + text(BRIDGE),
    date="2022-12-09", author="Анар Сейітқызы", section="Аймақ", views=356, url="https://olke.example/kopir/",
)

# WordPress: a page builder, where all is a widget.
page(
    "wordpress-elementor", "WordPress, Elementor",
    f'<title>{SCHOOL["title"]} | Мектеп өмірі</title>',
    f'''<body class="elementor-page has-sidebar"><div class="elementor elementor-location-single"><section class="elementor-section"><div class="elementor-widget elementor-widget-theme-post-title"><div class="elementor-widget-container"><h1 class="elementor-heading-title">{SCHOOL["title"]}</h1></div></div>
<div class="elementor-widget elementor-widget-post-info"><ul class="elementor-icon-list-items"><li itemprop="datePublished"><span class="elementor-post-info__item--type-date">11/05/2023</span></li></ul></div>
<div class="elementor-widget elementor-widget-theme-post-content"><div class="elementor-widget-container">{ps(SCHOOL)}<ul><li>дүйсенбі;</li><li>бейсенбі.</li></ul></div></div>
<div class="elementor-widget elementor-widget-share-buttons share"><span>Facebook</span></div></section></div>''',
    SCHOOL["title"], text(SCHOOL) + [["list", "дүйсенбі;"], ["list", "бейсенбі."]], date="2023-05-11",
)

# WordPress: the commonest plugin for cookies, and a plugin for related articles inside of the text.
page(
    "wordpress-cookie", "WordPress, Twenty Twenty",
    f'<title>{HARVEST["title"]} - Шаруа</title>',
    f'''<div id="page" class="site"><header id="masthead" class="site-header"><p class="site-title"><a href="/">Шаруа</a></p></header><main id="site-content"><article class="post-5 post"><header class="entry-header"><h1 class="entry-title">{HARVEST["title"]}</h1><ul class="post-meta"><li class="post-author"><span class="meta-text">Автор: <a href="/a">Бауыржан Ілияс</a></span></li><li class="post-date"><span class="meta-text"><a href="#">2021-10-01</a></span></li></ul></header>
<div class="post-inner"><div class="entry-content">{ps(HARVEST)}<div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3>{linked()}</div></div></div></article></main></div>
<div id="cookie-law-info-bar"><span>Бұл сайт cookie файлдарын қолданады, сайтта қалсаңыз, келіскеніңіз. <a role="button">Түсінікті</a></span></div>''',
    HARVEST["title"], text(HARVEST), date="2021-10-01", author="Бауыржан Ілияс",
)

# AMP.
page(
    "amp", "AMP",
    f'<title>{MUSEUM["title"]}</title><link rel="canonical" href="https://mura.example/2020/05/12/poshta"><script async src="https://cdn.ampproject.org/v0.js"></script>',
    f'''<amp-sidebar id="menu"><ul>{linked()}</ul></amp-sidebar><article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{MUSEUM["title"]}</h1></header>
<figure class="amp-wp-article-featured-image"><amp-img src="a.jpg" width="1" height="1"></amp-img><figcaption>Пошта ғимараты</figcaption></figure>
<div class="amp-wp-article-content"><p>{MUSEUM["paragraphs"][0]}</p><amp-ad width="300" height="250" type="x"><div placeholder>Жарнама</div><div fallback>Жарнама жүктелмеді</div></amp-ad><p>{MUSEUM["paragraphs"][1]}</p><p>{MUSEUM["paragraphs"][2]}</p><amp-iframe src="x"><p placeholder>Бейнені көру</p></amp-iframe><p>{MUSEUM["paragraphs"][3]}</p></div>
<amp-social-share type="telegram">Бөлісу</amp-social-share></article>''',
    MUSEUM["title"], [["caption", "Пошта ғимараты"]] + text(MUSEUM), date="2020-05-12", url="https://mura.example/2020/05/12/poshta",
)

# A copy in an archive of the web.
page(
    "web-archive", "web.archive.org",
    f'<title>{BRIDGE["title"]}</title><script src="https://web-static.archive.org/_static/js/wombat.js"></script><link rel="canonical" href="https://web.archive.org/web/20200315101112/https://qala.example/news/77"><meta property="og:site_name" content="Қала"><meta property="og:url" content="https://web.archive.org/web/20200315101112/https://qala.example/news/77">',
    f'''<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id="wm-ipp-base" lang="en"><div id="wm-ipp"><div id="wm-ipp-inside"><p>Success. This page was captured 12 times between 15 Mar 2020 and 9 May 2021, about this capture.</p></div></div></div><!-- END WAYBACK TOOLBAR INSERT -->
<div class="main"><h1>{BRIDGE["title"]}</h1><div class="date">14 наурыз 2020</div><div class="text">{ps(BRIDGE)}</div></div>
<!-- FILE ARCHIVED ON 10:11:12 Mar 15, 2020 AND RETRIEVED FROM THE INTERNET ARCHIVE ON 09:00:00 Jan 01, 2024. -->''',
    BRIDGE["title"], text(BRIDGE), date="2020-03-14", url="https://qala.example/news/77", captured="2020-03-15", origin="qala.example",
)

# A wiki.
page(
    "wiki", "kk.wikipedia.org",
    "<title>Тасөткел — Уикипедия</title>",
    f'''<div class="mw-page-container"><a class="mw-jump-link" href="#b">Мазмұнға өту</a><main id="content" class="mw-body"><h1 id="firstHeading" class="firstHeading">Тасөткел</h1><div id="bodyContent"><div id="siteSub" class="noprint">Уикипедия — ашық энциклопедиясынан алынған мәлімет</div>
<div class="mw-parser-output"><p><b>Тасөткел</b> — облыстың оңтүстігіндегі ауыл. Аудан орталығынан 40 км жерде.<sup id="r1" class="reference"><a href="#n1">[1]</a></sup></p><div id="toc" class="toc"><h2>Мазмұны</h2><ul><li><a href="#t">1 Тарихы</a></li></ul></div>
<h2><span class="mw-headline">Тарихы</span><span class="mw-editsection"><span>[</span><a href="#">өңдеу</a> | <a href="#">қайнарын өңдеу</a><span>]</span></span></h2><p>Ауыл 1931 жылы құрылған. Халқы 2,1 мың адам, ауданы 15 км<sup>2</sup>.</p>
<table class="wikitable"><tr><th>Жыл</th><th>Халқы</th></tr><tr><td>1999</td><td>1804</td></tr></table><h2>Дереккөздер</h2><ol class="references"><li><span class="reference-text">Облыс энциклопедиясы, 2003.</span></li></ol></div></div></main></div>''',
    "Тасөткел",
    [
        ["text", "Тасөткел — облыстың оңтүстігіндегі ауыл. Аудан орталығынан 40 км жерде."],
        ["heading", "Тарихы"],
        ["text", "Ауыл 1931 жылы құрылған. Халқы 2,1 мың адам, ауданы 15 км²."],
        ["text", "Жыл Халқы"],
        ["text", "1999 1804"],
        ["heading", "Дереккөздер"],
    ],
)

# A radio's page with the body in JSON-LD; what is not in it does not belong to the article.
page(
    "json-ld-body", "a site with articleBody",
    f'<title>{SCHOOL["title"]}</title><script type="application/ld+json">//<![CDATA[\n{{"@type":"WebPage","mainEntity":{{"@type":"NewsArticle","headline":"{SCHOOL["title"]}","datePublished":"2023-09-01","author":[{{"@type":"Person","name":"Айжан Болат"}}],"articleBody":"{" ".join(SCHOOL["paragraphs"])}"}}}}\n//]]></script>',
    f'''<div class="a"><h1>{SCHOOL["title"]}</h1><div class="b"><p>{SCHOOL["paragraphs"][0]}</p><p>Біздің қосымшаны жүктеп алып, жаңалықтарды телефоныңыздан оқыңыз, бұл тегін әрі ыңғайлы.</p><p>{SCHOOL["paragraphs"][1]}</p><p>{SCHOOL["paragraphs"][2]}</p></div>
<div class="c"><p>Мектеп жаңалықтары туралы басқа да көп мақаланы сайтымыздан таба аласыздар, құрметті оқырмандар.</p></div></div>''',
    SCHOOL["title"], text(SCHOOL), date="2023-09-01", author="Айжан Болат",
)

# Microdata.
page(
    "microdata", "a site with microdata",
    f'<title>Хабар: {HARVEST["title"]}</title>',
    f'''<div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">{HARVEST["title"]}</h1><meta itemprop="datePublished" content="2018-09-20T08:00:00+06:00"><span itemprop="author" itemscope itemtype="http://schema.org/Person"><span itemprop="name">Серік Дәулетов</span></span> <span itemprop="articleSection">Ауыл</span>
<div itemprop="articleBody">{ps(HARVEST)}</div></div><div class="block"><p>Газетке жазылу туралы хабарлама: жазылу баға тізімі пошта бөлімшелерінде ілулі тұр, асығыңыздар.</p><p>Жазылу индексі 65432, жылдық бағасы төрт мың сегіз жүз теңге болады.</p></div>''',
    HARVEST["title"], text(HARVEST), date="2018-09-20", author="Серік Дәулетов", section="Ауыл",
)

# A short article between unlinked headlines and a footer that no class tells.
page(
    "short-no-classes", "a site without classes",
    f'<title>{TWO["title"]}</title><meta name="pubdate" content="2022-06-05">',
    f'''<div><div><a href="/">Хабаршы</a></div></div><div><div><h1>{TWO["title"]}</h1>{ps(TWO)}</div><div>{"".join(f"<div><p>{one}</p></div>" for one in TEASERS * 3)}</div></div>
<div><p>© 2022 Хабаршы. {RIGHTS}</p><p>Редакция мекенжайы: Тараз қаласы. Пікірлер үшін редакция жауап бермейді.</p></div>''',
    TWO["title"], text(TWO), date="2022-06-05",
)

# Folded text and a block of class hidden are text; names that are links are text.
page(
    "folded", "a site that folds texts",
    f'<title>{MUSEUM["title"]}</title><meta name="dc.date" content="2019-02-11"><meta name="DC.creator" content="Зәуре Оразова">',
    f'''<main><h1>{MUSEUM["title"]}</h1><div class="text"><p>{MUSEUM["paragraphs"][0]}</p><div class="hidden more-text"><p>{MUSEUM["paragraphs"][1]}</p></div><div style="display: none" class="spoiler"><p>{MUSEUM["paragraphs"][2]}</p></div>
<div><a href="/p/1">Асқар Омаров</a>, <a href="/p/2">Дина Серікова</a></div><p>{MUSEUM["paragraphs"][3]}</p></div></main>''',
    MUSEUM["title"], [["text", MUSEUM["paragraphs"][0]], ["text", MUSEUM["paragraphs"][1]], ["text", MUSEUM["paragraphs"][2]], ["text", "Асқар Омаров, Дина Серікова"], ["text", MUSEUM["paragraphs"][3]]],
    date="2019-02-11", author="Зәуре Оразова",
)

# A television's site: its own classes for date and readers.
page(
    "television-entry", "24.kz",
    f'<title>{BRIDGE["title"]} - Арна 7</title>',
    f'''{NAV}<div class="single-post"><div class="single-post__entry-header entry__header"><a class="entry__meta-category" href="/c">Аймақтар</a><h1 class="single-post__entry-title">{BRIDGE["title"]}</h1><ul class="entry__meta"><li class="entry__meta-date">08.06.2023</li><li class="entry__meta-views"><i class="ui-eye"></i><span>515</span></li></ul></div>
<div class="entry__article">{ps(BRIDGE)}<div class="entry__tags"><i></i><span class="entry__tags-label">Тегтер:</span><a href="#">көпір</a></div></div></div><aside class="sidebar"><h4>Танымал</h4>{linked()}</aside>''',
    BRIDGE["title"], text(BRIDGE), date="2023-06-08", section="Аймақтар", views=515,
)

# The state's newspaper in Russian classes.
page(
    "newspaper-lead-block", "kazpravda.kz",
    f'<title>{HARVEST["title"]}</title>',
    f'''<div class="article_main"><div class="article_main_left_block"><div class="rubrika"><a href="/r">Өңірлер</a></div><h1>{HARVEST["title"]}</h1><div class="article_date_block"><time class="article__date">19 Қыркүйек 2021 г. 14:00</time></div>
<div class="article_lead_block">{HARVEST["lead"]}</div><div class="article_img_block"><img src="a.jpg"><p class="photo-author">Фото Рауан Исаев</p></div><div class="article_text_block">{ps(HARVEST)}<p class="avtor">Автор: Қанат Смайыл</p></div></div>
<div class="article_main_right_block">{linked()}</div></div>''',
    HARVEST["title"], [["text", HARVEST["lead"]], ["caption", "Фото Рауан Исаев"]] + text(HARVEST), date="2021-09-19", author="Қанат Смайыл", section="Өңірлер",
)

# A page saved by a browser, without an ending that tells.
page(
    "saved-comment-first", "a page saved by a browser",
    f'<title>{TWO["title"]} | Спорт газеті</title>',
    f'''<table width="100%"><tr><td width="160"><a href="a.asp">Басты бет</a><br><a href="b.asp">Мұрағат</a></td><td><h2>{TWO["title"]}</h2><p><i>2012-04-30</i></p>{ps(TWO)}</td></tr></table>''',
    TWO["title"], text(TWO), before="<!-- saved from url=(0038)https://sportgazeti.example/a.asp?id=12 -->\n", date="2012-04-30", url="https://sportgazeti.example/a.asp?id=12",
)

# Lines of links to other articles between the paragraphs, and a post of another site.
page(
    "also-read-inside", "nur.kz",
    f'<title>{SCHOOL["title"]}: толығырақ</title><meta property="og:title" content="{SCHOOL["title"]}"><meta itemprop="datePublished" content="2023-03-20T19:30:00Z">',
    f'''<main><article class="layout-content-type-page"><h1 class="main-headline js-main-headline">{SCHOOL["title"]}</h1><p class="align-left formatted-body__paragraph">{SCHOOL["paragraphs"][0]}</p>
<p>Оқи отырыңыз: <a href="/1">{TEASERS[0]}</a></p><p>{SCHOOL["paragraphs"][1]}</p><blockquote class="twitter-tweet"><p>Үйірме ашылды, қуаныштымыз!</p>&mdash; Мектеп (@mektep) <a href="#">March 20, 2023</a></blockquote>
<p><strong>Тағы оқыңыз:</strong></p><ul><li><a href="/2">{TEASERS[1]}</a></li><li><a href="/3">{TEASERS[2]}</a></li></ul><p>{SCHOOL["paragraphs"][2]}</p>
<p>Қате тапсаңыз, оны белгілеп, Ctrl+Enter пернелерін басыңыз.</p></article></main>''',
    SCHOOL["title"], text(SCHOOL), date="2023-03-21",
)

# Figures: exponents, fractions, notes; a table with many rows; a numbered list.
page(
    "figures", "a site of science",
    "<title>Жұлдыздардың саны</title>",
    '''<article><h1>Жұлдыздардың саны</h1><p>Астрономдар аспаннан 10<sup>6</sup> жаңа жұлдыз тапты, оның 3<sup>1</sup>/<sub>3</sub> пайызы ғана жарық<sup>1</sup> деп есептеледі.</p><ol start="2"><li>Бақылау алты жылға созылды.</li><li><p>Телескоптың айнасы 8 м<sup>2</sup> болды.</p></li></ol>
<table><caption>Бақылау қорытындысы</caption><thead><tr><th>Жыл</th><th>Саны</th></tr></thead><tbody><tr><td><p>2021</p></td><td><p>400</p></td></tr><tr><td>2022</td><td>600</td></tr></tbody></table></article>''',
    "Жұлдыздардың саны",
    [
        ["text", "Астрономдар аспаннан 10^6 жаңа жұлдыз тапты, оның 3 1/3 пайызы ғана жарық[1] деп есептеледі."],
        ["list", "2. Бақылау алты жылға созылды."],
        ["list", "3. Телескоптың айнасы 8 м² болды."],
        ["caption", "Бақылау қорытындысы"],
        ["text", "Жыл Саны"],
        ["text", "2021 400"],
        ["text", "2022 600"],
    ],
)

# A caption's class on a block of running text; the lead picture above the headline.
page(
    "caption-class", "liter.kz",
    f'<title>{MUSEUM["title"]}</title><meta property="article:published_time" content="2022-01-15T10:00:00">',
    f'''<article><figure><img src="a.jpg"><figcaption>Ескі пошта. Қала мұрағатынан</figcaption></figure><h1>{MUSEUM["title"]}</h1><div class="caption-block"><p>{MUSEUM["paragraphs"][0]}</p><p>{MUSEUM["paragraphs"][1]}</p><p>{MUSEUM["paragraphs"][2]}</p><p>{MUSEUM["paragraphs"][3]}</p></div></article>''',
    MUSEUM["title"], [["caption", "Ескі пошта. Қала мұрағатынан"]] + text(MUSEUM), date="2022-01-15",
)

# Today's news, captured by an archive.
page(
    "today-archived", "a site that prints the time only",
    f'<title>{SHORT["title"]}</title><base href="https://web.archive.org/web/20230210051500/https://jeti.example/kz/news/5">',
    f'''<div class="news"><h1>{SHORT["title"]}</h1><div class="news__date">Кеше, 21:40</div><div class="news__text">{ps(SHORT)}</div></div>''',
    SHORT["title"], text(SHORT), date="2023-02-09", url="https://jeti.example/kz/news/5", captured="2023-02-10",
)

# No headings at all: a title in a division, metadata above.
page(
    "division-title", "zhasalash.kz",
    f'<title>{BRIDGE["title"]}</title><meta name="dcterms.created" content="2016-08-04">',
    f'''<div class="wrap"><div class="menu"><a href="/">Басты бет</a></div><div class="newstitle">{BRIDGE["title"]}</div><div class="newsbody">{"<br><br>".join(BRIDGE["paragraphs"])}</div><div class="copyright">{RIGHTS}</div></div>''',
    BRIDGE["title"], text(BRIDGE), date="2016-08-04",
)

# Latin script: months and rubric.
page(
    "latin-date", "lat.egemen.kz",
    "<title>Tasótkelde jańa kópir ashyldy</title>",
    '''<div class="content"><h1>Tasótkelde jańa kópir ashyldy</h1><span class="date">27 Qańtar 2020</span><div class="text"><p>Tasótkel aýylynyń turǵyndary on jyl kútken kópir aqyry ashyldy, endi aýdan ortalyǵyna jol eki ese qysqarady.</p><p>Kópirdiń uzyndyǵy 240 metr, eni 12 metr bolady dep habarlady aýdan ákimdigi.</p></div></div>''',
    "Tasótkelde jańa kópir ashyldy",
    [["text", "Tasótkel aýylynyń turǵyndary on jyl kútken kópir aqyry ashyldy, endi aýdan ortalyǵyna jol eki ese qysqarady."], ["text", "Kópirdiń uzyndyǵy 240 metr, eni 12 metr bolady dep habarlady aýdan ákimdigi."]],
    date="2020-01-27",
)

# Other articles with their dates before the headline and after the text; the date of this one has no class.
SIDE = "".join(f'<div class="news-item"><span class="date">0{i}.02.2024</span><a href="#">{one}</a></div>' for i, one in enumerate(TEASERS, 1))
page(
    "dates-of-others", "massaget.kz",
    f'<title>{BRIDGE["title"]}</title><meta property="og:title" content="{BRIDGE["title"]}">',
    f'''<div class="row"><div class="left">{SIDE}</div><div class="mid"><h1>{BRIDGE["title"]} <small>27.01.2024</small></h1><div class="tx">{ps(BRIDGE)}</div></div><div class="right">{SIDE}</div></div>''',
    BRIDGE["title"], text(BRIDGE), date="2024-01-27",
)

# A lead beside the headline and the text in another element, neither with a class that says so; a credit by a sign.
page(
    "lead-apart", "khabar.kz",
    f'<title>{HARVEST["title"]}</title>',
    f'''<header><h1>Хабар 5</h1></header><div class="a1"><h2>{HARVEST["title"]}</h2><p>{HARVEST["lead"]}</p></div><div>©Арна</div><div class="a2">{ps(HARVEST)}</div>''',
    HARVEST["title"], [["text", HARVEST["lead"]], ["caption", "©Арна"]] + text(HARVEST),
)

# Statements that only their elements part, and the next articles under a heading.
page(
    "statements-glued", "zakon.kz",
    f'<title>{SHORT["title"]} | Дала таңы</title>',
    f'''{NAV}<div class="wrapper"><h1>{SHORT["title"]}</h1><div class="info"><span>27 января 2024, 18:11</span><span>Просмотров: 345</span><span>Автор: Мақсат Ержанов</span></div>
<div class="fulltext">{ps(SHORT)}</div></div><div class="nw"><h3>Жаңалықтар таспасы</h3>'''
    + "".join(f"<div><span>1{at}:00</span> {one}. {BRIDGE['paragraphs'][at]}</div>" for at, one in enumerate(TEASERS))
    + f"</div>{FOOTER}",
    SHORT["title"], text(SHORT), date="2024-01-27", author="Мақсат Ержанов", views=345,
)

# Words before the day and the author's name.
page(
    "posted-by", "baq.kz",
    f'<title>{TWO["title"]}</title>',
    f'''<article class="hentry"><header class="entry-header"><h1>{TWO["title"]}</h1><span class="posted-on">Жарияланды <time datetime="2024-01-27T18:11:25+06:00">27.01.2024</time></span> <span class="byline">Авторы <span class="author vcard"><a href="/a/1">Мақсат Ержанов</a></span></span></header>
<div class="entry-content">{ps(TWO)}</div></article>{FOOTER}''',
    TWO["title"], text(TWO), date="2024-01-27", author="Мақсат Ержанов",
)

# A page laid out with a table, its text parted by line breaks.
page(
    "table-layout", "qazaquni.kz (2010)",
    f'<title>{TWO["title"]}</title>',
    f'''<table><tr><td colspan=3><img src="logo.gif"></td></tr><tr><td><a href="/">Басты бет</a><br><a href="/a">Мұрағат</a></td>
<td><font size=4><b>{TWO["title"]}</b></font><br><font size=1>27.01.2010</font><br><br>{TWO["paragraphs"][0]}<br><br>{TWO["paragraphs"][1]}<br><div align=right><i>Гүлнар АХМЕТОВА</i></div></td>
<td><b>Жаңалықтар</b><br>{"<br>".join(f'<a href="/n/{at}">{one}</a>' for at, one in enumerate(TEASERS))}</td></tr><tr><td colspan=3>© «Дала таңы» газеті. {RIGHTS}</td></tr></table>''',
    TWO["title"], text(TWO), date="2010-01-27", author="Гүлнар АХМЕТОВА",
)

# A newspaper's issue above the headline, a month cut short, a label to unfold the rest, the clock of a player.
page(
    "issue-and-player", "turkystan.kz",
    f'<title>{TWO["title"]}</title>',
    f'''{NAV}<div class="gazet"><div class="nomer">№ 12 (3456) · 27 қаң. 2024</div><h1>{TWO["title"]}</h1><div class="matn"><p>{TWO["paragraphs"][0]}</p>
<a href="#">Толығырақ оқу</a><div class="player2"><p>0:00 0:03:12 0:00</p></div><p>{TWO["paragraphs"][1]}</p><p>Дереккөз: dala.example</p><p>Фото: Шахмат федерациясы</p></div></div>{FOOTER}''',
    TWO["title"], text(TWO) + [["caption", "Фото: Шахмат федерациясы"]], date="2024-01-27", origin="dala.example",
)

# Bootstrap's collapse beside the text: the second half is shown by a button.
page(
    "collapse-beside", "Bootstrap collapse",
    f'<title>{HARVEST["title"]}</title>',
    f"""{NAV}<div class="container"><h1>{HARVEST["title"]}</h1><div class="date">03.10.2023</div>
<div class="text"><p>{HARVEST["lead"]}</p><p>{HARVEST["paragraphs"][0]}</p></div>
<a class="btn" data-toggle="collapse" href="#more">Толығырақ оқу</a>
<div class="collapse hidden" id="more"><p>{HARVEST["paragraphs"][1]}</p><h3>Келесі жыл</h3><p>{HARVEST["paragraphs"][2]}</p><ul><li>Су қоры толды</li><li>Тұқым дайын</li></ul><p>{HARVEST["paragraphs"][3]}</p></div>
<div class="hidden"><h4>Соңғы жаңалықтар</h4><ul>{linked()}</ul><p>{RIGHTS}</p></div></div>{FOOTER}""",
    HARVEST["title"],
    text(HARVEST, lead=True)[:3] + [["heading", "Келесі жыл"], ["text", HARVEST["paragraphs"][2]], ["list", "Су қоры толды"], ["list", "Тұқым дайын"], ["text", HARVEST["paragraphs"][3]]],
    date="2023-10-03",
)

# The rest of a text in details, and a text in numbered blocks.
page(
    "details-beside", "a theme with details",
    f'<title>{MUSEUM["title"]} | Дала таңы</title><meta property="og:site_name" content="Дала таңы">',
    f"""{NAV}<div class="wrap"><h1>{MUSEUM["title"]}</h1><div class="box"><div class="content"><p>{MUSEUM["lead"]}</p><p>{MUSEUM["paragraphs"][0]}</p></div></div>
<details><summary>Жалғасын оқу</summary><p>{MUSEUM["paragraphs"][1]}</p><p>{MUSEUM["paragraphs"][2]}</p></details>
<details><summary>Мұражай қашан ашылады?</summary><p>{MUSEUM["paragraphs"][3]}</p></details></div>{FOOTER}""",
    MUSEUM["title"], text(MUSEUM, lead=True)[:4] + [["text", "Мұражай қашан ашылады?"], ["text", MUSEUM["paragraphs"][3]]],
)
page(
    "numbered-blocks", "a page builder's blocks",
    f'<title>{BRIDGE["title"]}</title>',
    f"""{NAV}<section><h1>{BRIDGE["title"]}</h1><div class="block-text-1"><p>{BRIDGE["lead"]}</p><p>{BRIDGE["paragraphs"][0]}</p></div>
<div class="block-text-2"><p>{BRIDGE["paragraphs"][1]}</p><p>{BRIDGE["paragraphs"][2]}</p></div><div class="block-text-3"><p>{BRIDGE["paragraphs"][3]}</p></div></section>{FOOTER}""",
    BRIDGE["title"], text(BRIDGE, lead=True),
)

# Asides in the text: a quotation that the text has, too, one that it does not, and a note.
page(
    "pull-quotes", "WordPress pull quotes",
    f'<title>{BRIDGE["title"]}</title>',
    f"""{NAV}<h1>{BRIDGE["title"]}</h1><div class="entry"><p>{BRIDGE["lead"]}</p><aside class="pull-quote"><p>«Бұрын көктемде өзен тасығанда мектепке қайықпен барушы едік»</p></aside>
<p>{BRIDGE["paragraphs"][0]}</p><p>{BRIDGE["paragraphs"][1]}</p><aside><blockquote>«Көпір – ауылдың күретамыры»</blockquote></aside><p>{BRIDGE["paragraphs"][2]}</p>
<aside class="factbox"><p>Ескі көпір 1974 жылы салынып, 2013 жылы су тасқынынан құлаған.</p></aside><p>{BRIDGE["paragraphs"][3]}</p>
<aside class="related"><h3>Тағы оқыңыз</h3><ul>{linked()}</ul></aside></div><aside class="widget widget-quote"><p>Күннің сөзі: еңбек етсең ерінбей, тояды қарның тіленбей.</p></aside>{FOOTER}""",
    BRIDGE["title"],
    text(BRIDGE, lead=True)[:3] + [["text", "«Көпір – ауылдың күретамыры»"], ["text", BRIDGE["paragraphs"][2]], ["text", "Ескі көпір 1974 жылы салынып, 2013 жылы су тасқынынан құлаған."], ["text", BRIDGE["paragraphs"][3]]],
)

# What is raised by a style or a class, as editors and word processors leave it, and in MathML.
page(
    "raised-by-style", "Google Docs export",
    """<title>Ғарышта 10<sup>6</sup> жұлдыз</title><style>.c1{color:#000}.c7{font-size:7pt;vertical-align:super}
span.c8 { vertical-align : sub }</style>""".replace("<sup>6</sup>", "6"),
    f"""{NAV}<div class="post-content"><h1>Ғарышта 10<span class="sup">6</span> жұлдыз</h1><p>Ғалымдар 10<span class="sup">6</span> жұлдызды тіркеп, олардың 2<span style="vertical-align:super">10</span> шамасын тізімге енгізді.</p>
<p class="c1">Әр суреттің көлемі 5×10<span class="c1 c7">9</span> байт, ал ауасының құрамында CO<span class="c8">2</span> мен H<span class="subscript">2</span>O бар.</p>
<p>Жұмыстың <sup>2</sup>&frasl;<sub>3</sub> бөлігі бітті, тағы 3<sup>1</sup>&frasl;<sub>4</sub> ай керек, өйткені 120 м<font style="vertical-align: text-top">2</font> зал толған.</p>
<p>Есептің жауабы <math><msup><mn>10</mn><mn>7</mn></msup></math> емес, <math><mfrac><mn>5</mn><mn>8</mn></mfrac></math> болып шықты деп жазады ғалымдар.</p></div>{FOOTER}""",
    "Ғарышта 10^6 жұлдыз",
    [["text", "Ғалымдар 10^6 жұлдызды тіркеп, олардың 2^10 шамасын тізімге енгізді."],
     ["text", "Әр суреттің көлемі 5×10^9 байт, ал ауасының құрамында CO2 мен H2O бар."],
     ["text", "Жұмыстың 2/3 бөлігі бітті, тағы 3 1/4 ай керек, өйткені 120 м² зал толған."],
     ["text", "Есептің жауабы 10^7 емес, 5/8 болып шықты деп жазады ғалымдар."]],
)

# Who wrote it, beside the day: after a bar, as a link, after a picture, with a count cut short.
page(
    "author-after-bar", "a regional paper",
    f'<title>{SCHOOL["title"]}</title>',
    f'{NAV}<h1>{SCHOOL["title"]}</h1><div class="meta">05 Желтоқсан, 2022 15:45 | Мөлдір Жақып</div><div class="text"><p>{SCHOOL["lead"]}</p>{ps(SCHOOL)}</div>{FOOTER}',
    SCHOOL["title"], text(SCHOOL, lead=True), date="2022-12-05", author="Мөлдір Жақып",
)
page(
    "author-link", "a portal with pages of authors",
    f'<title>{SCHOOL["title"]}</title>',
    f'{NAV}<h1>{SCHOOL["title"]}</h1><div class="info"><a href="https://dala.example/kz/author/17">Шәмшия Алпысбай</a> <span>27.01.2024</span> <span>Қаралды: 1 245</span></div><div class="text"><p>{SCHOOL["lead"]}</p>{ps(SCHOOL)}<p>Толығын <a href="/author/3">Ғалым Байтас</a> жазған мақаладан оқуға болады, онда үйірменің тарихы баяндалған.</p></div>{FOOTER}',
    SCHOOL["title"], text(SCHOOL, lead=True) + [["text", "Толығын Ғалым Байтас жазған мақаладан оқуға болады, онда үйірменің тарихы баяндалған."]],
    date="2024-01-27", author="Шәмшия Алпысбай", views=1245,
)
page(
    "author-icons", "Font Awesome",
    f'<title>{MUSEUM["title"]}</title>',
    f'{NAV}<h1>{MUSEUM["title"]}</h1><div class="info"><i class="fa fa-user"></i> Шәмшия Алпысбай <i class="fa fa-calendar"></i> 14.02.2023 <i class="fa fa-eye"></i> 3,4K</div><div class="text"><p>{MUSEUM["lead"]}</p>{ps(MUSEUM)}</div>{FOOTER}',
    MUSEUM["title"], text(MUSEUM, lead=True), date="2023-02-14", author="Шәмшия Алпысбай", views=3400,
)
page(
    "count-cut-short", "a portal with counts in thousands",
    f'<title>{HARVEST["title"]}</title>',
    f'{NAV}<h1>{HARVEST["title"]}</h1><div class="meta"><span>05 Желтоқсан, 2022 15:45</span> <span>Авторы: Ерлан Оспан</span> <span class="views">1,2K</span></div><div class="text"><p>{HARVEST["lead"]}</p>{ps(HARVEST)}</div>{FOOTER}',
    HARVEST["title"], text(HARVEST, lead=True), date="2022-12-05", author="Ерлан Оспан", views=1200,
)
page(
    "section-and-count", "a news feed",
    f'<title>{HARVEST["title"]}</title>',
    f'{NAV}<h1>{HARVEST["title"]}</h1><div class="meta">Ауыл шаруашылығы | 05.12.2022 | 15:45 | Қаралды: 312</div><div class="text"><p>{HARVEST["lead"]}</p>{ps(HARVEST)}</div><div class="byline">Мәтін: Мөлдір Жақып. Сурет: Айгүл Сейіт</div>{FOOTER}',
    HARVEST["title"], text(HARVEST, lead=True), date="2022-12-05", author="Мөлдір Жақып", section="Ауыл шаруашылығы", views=312,
)
page(
    "icons-of-letters", "a page with pictures of letters",
    f'<title>{TWO["title"]}</title>',
    f'{NAV}<h1>{TWO["title"]}</h1><div class="meta">📅 05.12.2022 👁 1845 💬 3</div><div class="text">{ps(TWO)}</div><div class="meta">✍️ Авторы: Ерлан Оспан | 05 Желтоқсан, 2022</div>{FOOTER}',
    TWO["title"], text(TWO), date="2022-12-05", author="Ерлан Оспан", views=1845,
)

# A broadcaster abroad that names itself as the author, and a person in the list of links below the headline.
page(
    "broadcaster-links", "azattyq.org",
    f'<title>{BRIDGE["title"]}</title><meta name="author" content="Дала толқыны радиосы"><meta property="og:url" content="https://tolqyn.example/a/32711111.html">',
    f"""<div id="content"><div class="category"><a href="/z/330">Қоғам</a></div><h1 class="title pg-title">{BRIDGE["title"]}</h1><div class="publishing-details"><div class="published"><time pubdate="pubdate" datetime="2023-11-30T23:15:00+06:00">Қараша 30, 2023</time></div><div class="links"><ul class="links__list"><li class="links__item"><a class="links__item-link" href="/author/mdr/1">Шәмшия Алпысбай</a></li></ul></div></div>
<div class="wsw"><p>{BRIDGE["lead"]}</p>{ps(BRIDGE)}</div></div>{FOOTER}""",
    BRIDGE["title"], text(BRIDGE, lead=True), date="2023-11-30", author="Шәмшия Алпысбай", section="Қоғам", url="https://tolqyn.example/a/32711111.html",
)

# The day is not known: the words stay.
page(
    "today-unknown", "a news feed",
    f'<title>{TWO["title"]}</title>',
    f'{NAV}<h1>{TWO["title"]}</h1><div class="date">Бүгін, 12:30</div><div class="text">{ps(TWO)}</div>{FOOTER}',
    TWO["title"], text(TWO), lines=["Бүгін, 12:30"],
)
page(
    "yesterday-and-drawn-eye", "a news feed with drawn icons",
    f'<title>{TWO["title"]}</title>',
    f"""{NAV}<h1>{TWO["title"]}</h1><div class="info"><span>Кеше, 18:05</span> <span>Ерлан Оспан</span> <span><svg class="icon-eye"><path d="M1"/></svg> 2,5 мың</span></div><div class="text">{ps(TWO)}</div>
<div class="about hidden"><p>Біздің сайт туралы толық мәліметті осы беттен оқи аласыз, материалдарды сілтемемен ғана пайдаланыңыз.</p></div>{FOOTER}""",
    TWO["title"], text(TWO), author="Ерлан Оспан", views=2500, lines=["Кеше, 18:05 Ерлан Оспан 2,5 мың"],
)

# Titles that begin with the site's name, in pages without headings.
page(
    "title-after-dash", "jasalash.kz (2011)",
    f'<title>Дала таңы - {HARVEST["title"]}</title>',
    f"""<table width=100%><tr><td colspan=2><img src=logo.gif><a href=/>Басты бет</a> | <a href=/a>Мұрағат</a></td></tr><tr><td width=20%>{"<br>".join(f"<a href={at}>{one}</a>" for at, one in enumerate(["Саясат", "Қоғам", "Спорт"]))}</td>
<td><font size=1>№ 45 (15478) 7 маусым, сейсенбі 2011</font><br><font size=4><b>{HARVEST["title"]}</b></font><br><br>{"<br><br>".join(HARVEST["paragraphs"])}<br><br><i>Марат ӘЛІМЖАНОВ</i></td></tr></table><center>© Дала таңы 2011</center>""",
    HARVEST["title"], text(HARVEST), date="2011-06-07", author="Марат ӘЛІМЖАНОВ",
)
page(
    "title-after-bar", "a home-made page",
    f'<title>Дала таңы | {MUSEUM["title"]}</title>',
    f'<font size=5><b>{MUSEUM["title"]}</b></font><div class=text>{ps(MUSEUM)}</div>',
    MUSEUM["title"], text(MUSEUM),
)
page(
    "title-after-path", "DataLife Engine",
    f'<title>Дала порталы » Мәдениет » {MUSEUM["title"]}</title><meta property="og:site_name" content="Дала порталы">',
    f'<div class="entry"><div class="story-title">{MUSEUM["title"]}</div><div class="story">{ps(MUSEUM)}</div></div>{FOOTER}',
    MUSEUM["title"], text(MUSEUM),
)
page(
    "title-only-stated", "DataLife Engine, no headline on the page",
    f'<title>Дала порталы » Мәдениет » {MUSEUM["title"]}</title>',
    f'<div class="entry"><div class="story">{ps(MUSEUM)}</div></div>{FOOTER}',
    MUSEUM["title"], text(MUSEUM),
)

# Rows, a caption and linked names at the end of a text that stands beside its headline.
page(
    "data-at-the-end", "an office's site",
    f'<title>{HARVEST["title"]}</title>',
    f"""{NAV}<div class="content"><h2>{HARVEST["title"]}</h2>{ps(HARVEST)}<div class="table-responsive"><table><tr><th>Аудан</th><th>Күріш, мың тонна</th></tr><tr><td>Сырдария</td><td>120</td></tr></table></div>
<div class="wp-caption"><img src="a.jpg"><p class="wp-caption-text">Күріш алқабы. Фото: аудан әкімдігі</p></div><div class="people"><a href="/p1">Асқар Маминов</a>, <a href="/p2">Мөлдір Жақып</a></div></div>
<div class="list"><div><a href="/n/1">{TEASERS[0]}</a></div><div><a href="/n/2">{TEASERS[1]}</a></div></div>{FOOTER}""",
    HARVEST["title"],
    text(HARVEST) + [["text", "Аудан Күріш, мың тонна"], ["text", "Сырдария 120"], ["caption", "Күріш алқабы. Фото: аудан әкімдігі"], ["text", "Асқар Маминов, Мөлдір Жақып"]],
)

# The name of an office or a site where the headline is elsewhere.
page(
    "office-in-header", "gov.kz",
    "<title>Су шаруашылығы министрлігі</title>",
    f'<header><h1>Су шаруашылығы министрлігі</h1></header><div class="content"><h2>{BRIDGE["title"]}</h2><p class="date">Жарияланды: 03.06.2024</p><p>{BRIDGE["lead"]}</p>{ps(BRIDGE)}</div>{FOOTER}',
    BRIDGE["title"], text(BRIDGE, lead=True), date="2024-06-03",
)
page(
    "logo-picture", "saryarqa-samaly.kz",
    "<title>Дала самалы</title>",
    f'<h1 class="logo"><a href="/"><img alt="Дала самалы" src="a.png"></a></h1><div class="c"><h3>{SCHOOL["title"]}</h3><p>{SCHOOL["lead"]}</p>{ps(SCHOOL)}</div>',
    SCHOOL["title"], text(SCHOOL, lead=True),
)

# A text whose own element has a word of furniture in its class, beside the headline.
page(
    "promoted-node", "Drupal 7",
    f'<title>{TWO["title"]} | Дала таңы</title>',
    f'''{NAV}<div id="content"><h1 class="title" id="page-title">{TWO["title"]}</h1>
<div id="node-41" class="node node-article node-promoted"><div class="meta submitted"><span property="dc:date dc:created" content="2016-05-11T17:40:00+06:00">Жіберген <span class="username">redactor</span> Срд, 2016-05-11 17:40</span></div>
<div class="content"><div class="field-item even">{ps(TWO)}</div></div></div></div>
{FOOTER}''',
    TWO["title"], text(TWO), date="2016-05-11",
)
ITEMS = "".join(
    f'<div class="post-box"><h3><a href="/p/{i}">{title}</a></h3><p>{title}, деп хабарлады қала әкімдігі. Толық мәлімет кейінірек жарияланады.</p></div>'
    for i, title in enumerate(TEASERS)
)
page(
    "no-share-class", "WordPress (a newspaper's theme)",
    f'<title>{TWO["title"]} - Дала таңы</title>',
    f'''{NAV}<div class="main"><div class="entry-header"><h1>{TWO["title"]}</h1></div>
<div class="entry-content no-share"><div class="content-inner">{ps(TWO)}</div></div><div class="postblock">{ITEMS}</div></div>{FOOTER}''',
    TWO["title"], text(TWO),
)
page(
    "feed-item-text", "regional sites",
    f'<title>{BRIDGE["title"]}</title>',
    f'''{NAV}<div class="m"><div class="hd"><h1>{BRIDGE["title"]}</h1></div><div class="lenta-item-text">{ps(BRIDGE)}</div><div class="b">{ITEMS}</div></div>{FOOTER}''',
    BRIDGE["title"], text(BRIDGE),
)

# A text in several elements beside the headline.
page(
    "lead-and-text-beside", "short news of regional sites",
    f'<title>{TWO["title"]}</title>',
    f'''{NAV}<div class="w"><h1>{TWO["title"]}</h1><div class="short-story">{TWO["paragraphs"][0]}</div>
<div class="full-story">{TWO["paragraphs"][1]} Ол қазір дайындықта.</div></div><div class="loop">{ITEMS}</div>{FOOTER}''',
    TWO["title"], [["text", TWO["paragraphs"][0]], ["text", TWO["paragraphs"][1] + " Ол қазір дайындықта."]],
)
page(
    "box-between-texts", "sites of utility classes",
    f'<title>{BRIDGE["title"]}</title>',
    f'''<div class="col"><h1 class="text-3xl">{BRIDGE["title"]}</h1><div class="prose mt-6"><p>{BRIDGE["paragraphs"][0]}</p><p>{BRIDGE["paragraphs"][1]}</p></div>
<div class="my-6"><p>Оқи отырыңыз</p><a href="/1">{TEASERS[0]}</a></div>
<div class="prose"><p>{BRIDGE["paragraphs"][2]}</p></div><div class="image"><img src="a.jpg"></div><div class="fin"><p>{BRIDGE["paragraphs"][3]}</p></div></div>{FOOTER}''',
    BRIDGE["title"], text(BRIDGE),
)
page(
    "records-of-builder", "Tilda",
    f'<title>{BRIDGE["title"]}</title>',
    f'''<div id="allrecords"><div class="r t-rec"><div class="t-container"><div class="t-col"><h1 class="t-title">{BRIDGE["title"]}</h1><div class="t-descr">{BRIDGE["lead"]}</div></div></div></div>
<div class="r t-rec t-rec_pt_30"><div class="t-text">{BRIDGE["paragraphs"][0]}<br><br>{BRIDGE["paragraphs"][1]}</div></div><div class="r t-rec"><img src="a.jpg"></div>
<div class="r t-rec t-rec_pt_15"><div class="t-text">{BRIDGE["paragraphs"][2]}<br><br>{BRIDGE["paragraphs"][3]}</div></div><div class="r t-rec"><div class="t-btn">Хабарласу</div></div></div>''',
    BRIDGE["title"], text(BRIDGE, lead=True),
)
page(
    "sections-and-parts", "sites of long reads",
    f'<title>{HARVEST["title"]}</title>',
    f'''<main><h1>{HARVEST["title"]}</h1><section class="intro"><p>{HARVEST["lead"]}</p></section>
<section class="part-one"><h2>Су жеткілікті болды</h2><p>{HARVEST["paragraphs"][0]}</p><p>{HARVEST["paragraphs"][1]}</p></section>
<section class="part-two"><h2>Өнім қайда кетеді</h2><p>{HARVEST["paragraphs"][2]}</p><p>{HARVEST["paragraphs"][3]}</p></section></main>{FOOTER}''',
    HARVEST["title"],
    [["text", HARVEST["lead"]], ["heading", "Су жеткілікті болды"], *text(HARVEST)[:2], ["heading", "Өнім қайда кетеді"], *text(HARVEST)[2:]],
)

# Notes that read as sentences between headline and text.
page(
    "note-with-stops", "regional sites",
    f'<title>{SHORT["title"]}</title>',
    f'''<h1>{SHORT["title"]}</h1><div class="meta">Жарияланған күні: 9 маусым 2025 ж.</div><div class="x">Бұл мақаланы 2 мин. ішінде оқып шығасыз.</div>{ps(SHORT)}{FOOTER}''',
    SHORT["title"], text(SHORT), date="2025-06-09",
)

# Sentences with the words of notices, a lead that its class calls a teaser, a box of facts.
page(
    "sentences-like-notices", "dw.com, azattyq.org",
    f'<title>{MUSEUM["title"]}</title>',
    f'''<main><article><h1>{MUSEUM["title"]}</h1><p class="teaser-text">{MUSEUM["lead"]}</p>
<div class="rich-text"><p>{MUSEUM["paragraphs"][0]}</p><p>Бұл туралы әкімнің Facebook парақшасында жазылған.</p><p>Қазір көлікке құрылыс заты жүктелуде, деді жөндеушілер.</p>
<div class="infobox"><h4>Анықтама</h4><p>Қалада осындай жиырма ескі үй бар.</p></div><p>{MUSEUM["paragraphs"][1]}</p><p>Telegram-арнамызға жазылыңыз!</p></div></article></main>''',
    MUSEUM["title"],
    [["text", MUSEUM["lead"]], ["text", MUSEUM["paragraphs"][0]], ["text", "Бұл туралы әкімнің Facebook парақшасында жазылған."],
     ["text", "Қазір көлікке құрылыс заты жүктелуде, деді жөндеушілер."], ["heading", "Анықтама"], ["text", "Қалада осындай жиырма ескі үй бар."], ["text", MUSEUM["paragraphs"][1]]],
)

# Signatures below the text, several authors as links.
page(
    "signature-at-the-right", "DataLife Engine",
    f'<title>{MUSEUM["title"]} » Дала таңы</title>',
    f'''<div class="full-news"><h1>{MUSEUM["title"]}</h1><div class="full-info"><span>Автор: <a href="#">dalatany</a></span> <span><a href="#">15-08-2021, 09:17</a></span> <span>Категория: <a href="#">Мәдениет</a></span> <span>Просмотров: 388</span></div>
<div class="full-text">{"<br>".join(MUSEUM["paragraphs"])}<br><div style="text-align: right;"><b>Айдос Жұмағұл</b></div></div></div>''',
    MUSEUM["title"], text(MUSEUM), date="2021-08-15", author="Айдос Жұмағұл", section="Мәдениет", views=388,
)
page(
    "authors-as-links", "azattyq.org",
    f'<title>{SCHOOL["title"]}</title>',
    f'''<div class="b"><h1>{SCHOOL["title"]}</h1><div class="links"><ul><li><a href="/author/n/1">Нұргүл Серікқызы</a></li><li><a href="/author/n/2">Ерлан Оспан</a></li></ul></div><div class="wsw">{ps(SCHOOL)}</div></div>''',
    SCHOOL["title"], text(SCHOOL), author="Нұргүл Серікқызы, Ерлан Оспан",
)

# A section as h1, and dates of which the first is of a change.
page(
    "section-as-h1", "sites of Bitrix",
    "<title>Жаңалықтар | Дала таңы</title>",
    f'''<h1>Жаңалықтар</h1><div class="n"><h2>{SCHOOL["title"]}</h2><div class="date">Жаңартылды: 05.05.2023 | Жарияланды: 02.04.2023</div>{ps(SCHOOL)}</div>{FOOTER}''',
    SCHOOL["title"], text(SCHOOL), date="2023-04-02",
)

# A builder of school and district sites: no heading, the day in its details or only in the page's title.
page(
    "builder-details", "ucoz sites",
    f'<title>{SCHOOL["title"]} - 14 Қараша 2019 - Ауыл мектебі</title>',
    f'''<table><tr><td class="lcol"><div class="boxTitle">Мәзір</div><ul class="uMenuRoot">{linked()}</ul></td><td><div class="breadcrumbs-wrapper"><a href="/">Басты бет</a> » <a href="/news/2019-0-1">2019</a> » <a href="/news/2019-11">Қараша</a> » {SCHOOL["title"]}</div>
<table class="eBlock"><tr><td><div class="eTitle"><div class="e-date"><span>09:10</span></div>{SCHOOL["title"]}</div></td></tr><tr><td class="eMessage">{ps(SCHOOL)}</td></tr>
<tr><td class="eDetails">Категория: <a href="/news/1">Білім</a> | Просмотров: 312 | Добавил: <a href="#">admin</a> | Рейтинг: <span>0.0</span>/<span>0</span> | <a href="#c">Комментарии (0)</a></td></tr></table></td></tr></table>''',
    SCHOOL["title"], text(SCHOOL), date="2019-11-14", section="Білім", views=312,
)

# A portal for opinions of today: numbers without a word beside the day, who wrote it and the site at the right.
page(
    "opinions-bare-count", "abai.kz",
    f'<title>{MUSEUM["title"]} » Ой-пікір</title>',
    f'''<div class="breadcrumbs"><a href="/">Басты бет</a> » <a href="/c">Руханият</a></div><div class="post"><div class="post__head"><span class="post__cat">Руханият</span> <span>7611</span> <span>29 пікір</span> <span>2 Мамыр, 2024 сағат 14:20</span></div>
<h1 class="post__title">{MUSEUM["title"]}</h1><div class="post__body">{ps(MUSEUM)}<p style="text-align:right"><b>Керім Елшібек</b></p></div></div>''',
    MUSEUM["title"], text(MUSEUM), date="2024-05-02", section="Руханият", views=7611, author="Керім Елшібек",
)

# AMP: the section in the footer of the article.
page(
    "amp-footer", "AMP of WordPress",
    f'<title>{HARVEST["title"]}</title><link rel="canonical" href="https://mura.example/kurish">',
    f'''<article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{HARVEST["title"]}</h1><div class="amp-wp-meta amp-wp-posted-on"><time datetime="2020-10-12T05:00:00+00:00">4 жыл бұрын</time></div></header>
<div class="amp-wp-article-content">{ps(HARVEST)}</div><footer class="amp-wp-article-footer"><div class="amp-wp-meta amp-wp-tax-category">Санаттар: <a href="/c">Экономика</a></div><div class="amp-wp-meta amp-wp-tax-tag">Тегтер: <a href="/t">күріш</a></div></footer></article>''',
    HARVEST["title"], text(HARVEST), date="2020-10-12", section="Экономика", url="https://mura.example/kurish",
)

# Captions with their credits in elements of their own.
page(
    "caption-and-credit", "picture desks",
    f'<title>{MUSEUM["title"]}</title>',
    f'''<article><h1>{MUSEUM["title"]}</h1><time datetime="2024-01-27">27 қаңтар 2024</time><figure><img src="a.jpg"><figcaption><span class="caption">Пошта ғимараты</span><span class="credit">Фото: Серік Жұман</span></figcaption></figure>
<div class="article-body"><p>{MUSEUM["paragraphs"][0]}</p><p>{MUSEUM["paragraphs"][1]}</p><figure class="media"><img src="b.jpg"><div class="media__desc">Ескі маркалар</div><figcaption class="media__copyright">Серік Жұман / Мұрағат</figcaption></figure>
<p>{MUSEUM["paragraphs"][2]}</p><div class="material__img"><img src="c.jpg"><div>Кітапхана залы. Серік Жұманның суреті</div></div><p>{MUSEUM["paragraphs"][3]}</p></div></article>''',
    MUSEUM["title"],
    [["caption", "Пошта ғимараты"], ["caption", "Фото: Серік Жұман"]] + text(MUSEUM)[:2]
    + [["caption", "Ескі маркалар"], ["caption", "Серік Жұман / Мұрағат"]] + text(MUSEUM)[2:3]
    + [["caption", "Кітапхана залы. Серік Жұманның суреті"]] + text(MUSEUM)[3:],
    date="2024-01-27",
)

# Drupal 7: who sent it and when in one line; fractions without a bar.
page(
    "submitted-by", "sites of Drupal 7",
    f'<title>{HARVEST["title"]}</title>',
    f'''<h1 class="title" id="page-title">{HARVEST["title"]}</h1><div class="node node-news"><div class="submitted">Жіберген admin күні сб, 27/01/2024 - 09:15</div><div class="field field-name-body"><div class="field-item even"><p>Орақ 3<sup>1</sup><sub>2</sub> аптаға созылды, оған екі мыңнан астам адам қатысты.</p>{ps(HARVEST)}</div></div>
<ul class="links inline"><li>123 рет оқылды</li></ul></div>''',
    HARVEST["title"], [["text", "Орақ 3 1/2 аптаға созылды, оған екі мыңнан астам адам қатысты."]] + text(HARVEST), date="2024-01-27", views=123,
)

# A district paper: the day and the section in one grey line, the signature in two at the right.
page(
    "grey-line-two-signatures", "district papers",
    f'<title>{BRIDGE["title"]}</title>',
    f'''<div class="news"><h1>{BRIDGE["title"]}</h1><p><font color="gray">27.01.2024 09:15 &nbsp; Қоғам</font></p>{ps(BRIDGE)}<p style="text-align: right;"><b>Айгүл САПАР,</b></p><p style="text-align: right;"><b>Тасөткел ауылы</b></p></div>''',
    BRIDGE["title"], text(BRIDGE), date="2024-01-27", section="Қоғам", author="Айгүл САПАР",
)

# A weekly in columns: the headline and the first of the text in one, the rest in others like it.
page(
    "columns-of-a-weekly", "weekly papers in columns",
    f'<title>Апталық «Дидар» — № 9 — {MUSEUM["title"]}</title>',
    f'''<div class="masthead"><h1>Дидар</h1><p>Қоғамдық-саяси апталық</p></div><div class="issue">№ 9 (1204), 1 наурыз 2018 жыл, бейсенбі</div>
<div class="three"><div class="col c1"><h2 class="hl">{MUSEUM["title"]}</h2><p class="by">Еділ МАМЫТ, арнайы тілшіміз</p><p>{MUSEUM["paragraphs"][0]}</p></div>
<div class="col c2"><p>{MUSEUM["paragraphs"][1]}</p><p>{MUSEUM["paragraphs"][2]}</p></div><div class="col c3"><p>{MUSEUM["paragraphs"][3]}</p></div></div>
<div class="imprint"><p>Газет Ақпарат министрлігінде тіркеліп, № 331-Г куәлігі берілген. Редакция мекенжайы: Өскемен, Бейбітшілік көшесі, 3.</p></div>''',
    MUSEUM["title"], text(MUSEUM), date="2018-03-01", author="Еділ МАМЫТ",
)

# A live report: the time of each entry in an element of its own above it.
page(
    "live-report", "live reports",
    "<title>Су тасқыны: тікелей баяндаймыз</title>",
    '''<main><div class="live"><h1>Су тасқыны: тікелей баяндаймыз</h1><div class="live-date">6 сәуір 2024</div><p>Облыста екінші күн қатарынан құтқару жұмыстары жүріп жатыр.</p>
<div class="live-item"><div class="live-time">18:42</div><h3>Су деңгейі түсе бастады</h3><div class="live-text"><p>Өзендегі су бір тәулікте қырық сантиметрге төмендеді, деп хабарлады гидрологтар.</p></div></div>
<div class="live-item"><div class="live-time">15:05</div><div class="live-text"><p>Үш ауылдан мың екі жүз адам қауіпсіз жерге жеткізілді.</p></div></div>
<div class="live-item"><div class="live-time">9:30</div><div class="live-text"><p>Аудандағы он төрт мектеп дүйсенбіге дейін қашықтан оқиды.</p></div></div></div></main>''',
    "Су тасқыны: тікелей баяндаймыз",
    [
        ["text", "Облыста екінші күн қатарынан құтқару жұмыстары жүріп жатыр."],
        ["heading", "18:42 Су деңгейі түсе бастады"],
        ["text", "Өзендегі су бір тәулікте қырық сантиметрге төмендеді, деп хабарлады гидрологтар."],
        ["text", "15:05 Үш ауылдан мың екі жүз адам қауіпсіз жерге жеткізілді."],
        ["text", "9:30 Аудандағы он төрт мектеп дүйсенбіге дейін қашықтан оқиды."],
    ],
    date="2024-04-06",
)

# A gallery after the text, and who wrote it below.
page(
    "gallery-after-text", "galleries of slides",
    f'<title>{MUSEUM["title"]} / Сыр медиа</title>',
    f'''<section class="article-page"><a class="article-page__cat" href="/m">Мәдениет</a><div class="article-page__date">Сейсенбі, 17 желтоқсан 2024 | 16:20</div><h1 class="article-page__title">{MUSEUM["title"]}</h1>
<div class="article-page__text">{ps(MUSEUM)}</div><div class="swiper article-swiper"><div class="swiper-wrapper"><div class="swiper-slide"><img src="1.jpg"><div class="swiper-text">Ескі пошта ғимараты</div></div>
<div class="swiper-slide"><img src="2.jpg"><div class="swiper-text">Жөндеушілер төбеде. Фото: Е. Асқар</div></div></div></div><div class="article-page__author">Жазған Ерболат Асқар</div></section>
<section class="news-block"><h2>Соңғы жаңалықтар</h2><ul>{linked()}</ul></section>''',
    MUSEUM["title"], text(MUSEUM) + [["caption", "Ескі пошта ғимараты"], ["caption", "Жөндеушілер төбеде. Фото: Е. Асқар"]],
    date="2024-12-17", author="Ерболат Асқар", section="Мәдениет",
)

# A blog: author and time stamp in the footer of the post.
page(
    "blog-post-footer", "Blogger",
    f'<title>Көкше жазбалары: {SCHOOL["title"]}</title>',
    f'''<div class="header-outer"><h1 class="title"><a href="/">Көкше жазбалары</a></h1></div><div class="blog-posts hfeed"><div class="post hentry"><h3 class="post-title entry-title">{SCHOOL["title"]}</h3>
<div class="post-body entry-content">{"<br><br>".join(SCHOOL["paragraphs"])}</div><div class="post-footer"><div class="post-footer-line"><span class="post-author vcard">Авторы: <span class="fn"><a rel="author" href="x">Жәнібек Сұлтан</a></span></span>
<span class="post-timestamp">мезгілі <a href="t"><abbr class="published" title="2019-03-13T06:10:00+06:00">06:10</abbr></a></span></div><span class="post-labels">Белгілер: <a href="l" rel="tag">мектеп</a></span></div></div>
<div class="comments" id="comments"><h4>1 пікір:</h4><div class="comment-body">Өте қызықты жазба, жалғасын күтеміз, рақмет сізге!</div></div></div>''',
    SCHOOL["title"], text(SCHOOL), date="2019-03-13", author="Жәнібек Сұлтан",
)

# A builder of sites: the headline is no heading, a picture has its caption in a title, the site's name is the page's.
page(
    "builder-headline", "Tilda, long reads",
    '<title>Дала таңы: арнайы жоба</title><meta property="og:site_name" content="Дала таңы">',
    f'''<div class="t-records"><div class="t-rec"><div class="t182__title t-title t-title_xl">{HARVEST["title"]}</div><div class="t182__descr t-descr">{HARVEST["lead"]}</div></div>
<div class="t-rec"><div class="t-text t-text_md">{HARVEST["paragraphs"][0]}<br><br>{HARVEST["paragraphs"][1]}</div></div><div class="t-rec"><div class="t107"><img src="a.jpg"><div class="t107__title t-text">Орақ басталған күн</div></div></div>
<div class="t-rec"><div class="t-text t-text_md">{HARVEST["paragraphs"][2]}<br><br>{HARVEST["paragraphs"][3]}</div></div></div>''',
    HARVEST["title"], text(HARVEST, lead=True)[:3] + [["caption", "Орақ басталған күн"]] + text(HARVEST)[2:],
)

# One paragraph in the caption of a picture is the article.
page(
    "article-in-a-figure", "short news of picture desks",
    f'<title>{SHORT["title"]}</title>',
    f'''{NAV}<div class="w"><h1>{SHORT["title"]}</h1><div class="d">Ақтөбе облысы, 27 қаңтар 2024</div><figure class="photo"><img src="a.jpg"><figcaption>{SHORT["paragraphs"][0]} Жолда абай болған жөн.</figcaption></figure></div>{FOOTER}''',
    SHORT["title"], [["text", SHORT["paragraphs"][0] + " Жолда абай болған жөн."]], date="2024-01-27",
)

# What only subscribers read, requests to share and to write; labels in the headline.
page(
    "requests-of-a-site", "sites with subscriptions",
    f'<title>{HARVEST["title"]}</title>',
    f'''<article><h1><span class="hot">ВИДЕО</span> {HARVEST["title"]} <sup>18+</sup></h1><ul class="info"><li>Бөлім: <a href="e">Экономика</a></li><li>Бүгін, 27 қаңтар 2024</li></ul><h2 class="subtitle">Өнім былтырғыдан көп</h2><div class="text">{ps(HARVEST)}
<p>Оқиғаның куәсі болсаңыз, бізге +7 700 000 00 00 нөміріне жазыңыз.</p><div class="pw">Толық нұсқасын оқу үшін жазылыңыз</div></div><p>Мақала ұнаса, достарыңызбен бөлісіңіз!</p></article>''',
    HARVEST["title"], [["text", "Өнім былтырғыдан көп"]] + text(HARVEST), date="2024-01-27", section="Экономика",
)

# An office: the day and the readers below the text, a key with a menu after it.
page(
    "office-day-below", "sites of Bitrix",
    "<title>Жаңалықтар - Аудан әкімдігі</title>",
    f'''<div class="container"><div class="news-detail"><h3 class="news-detail-title">{BRIDGE["title"]}</h3><div class="news-detail-content">{"<br><br>".join(BRIDGE["paragraphs"])}<br></div>
<div class="row"><div class="col-xs-5"><div class="news-detail-date"><i class="fa fa-calendar-o"></i> 18.07.2024</div><div class="news-detail-other"><i class="fa fa-eye"></i> Қаралым саны: 96</div></div></div>
<div class="m"><b>Айдарлар:</b><ul><li><a href="1">Саясат</a></li><li><a href="2">Спорт</a></li><li><a href="3">Әлем</a></li></ul></div></div></div>''',
    BRIDGE["title"], text(BRIDGE), date="2024-07-18", views=96,
)

# A page of a messenger: headline and author once more in the text, JSON-LD with a comma too many.
page(
    "author-repeated", "telegra.ph",
    f'<title>{SCHOOL["title"]} – Жазба</title><script type="application/ld+json">{{"@type":"NewsArticle","headline":"{SCHOOL["title"]}","datePublished":"2022-12-02T11:11:11+0000","author":{{"name":"Қазбек Досан"}},}}</script>',
    f'''<main class="tl_article"><header class="tl_article_header"><h1>{SCHOOL["title"]}</h1><address><a rel="author">Қазбек Досан</a><time datetime="2022-12-02T11:11:11+0000">December 02, 2022</time></address></header>
<article class="tl_article_content"><h1>{SCHOOL["title"]}<br></h1><address>Қазбек Досан<br></address>{ps(SCHOOL)}</article></main>''',
    SCHOOL["title"], text(SCHOOL), date="2022-12-02", author="Қазбек Досан",
)

# The place before the name at the end, and the next article below.
page(
    "signature-after-place", "a portal with insets",
    f'<title>{MUSEUM["title"]} | Жетісу</title>',
    f'''<div class="page-inner"><div class="story-head"><a class="story-rubric" href="/m">Мәдениет</a><h1>{MUSEUM["title"]}</h1><div class="story-stat"><span>Бүгін, 5 ақпан 2025, 09:15</span></div></div>
<div class="story-body">{ps(MUSEUM)}<div class="story-sign">Талдықорған, Меруерт Сәкен</div></div><div class="story-next"><h3>Келесі жаңалық</h3><p>{TEASERS[3]}. Тексеру барысында жиырма асхана жабылды деп хабарлады департамент.</p></div></div>''',
    MUSEUM["title"], text(MUSEUM), date="2025-02-05", author="Меруерт Сәкен", section="Мәдениет",
)

# A page of 2003: the paper's issue is the page's title, the headline is a bold line.
page(
    "issue-and-bold-title", "papers of 2003",
    "<title>Туған өлке №14</title>",
    f'''<table width="780"><tr><td colspan="2"><p align="center"><font size="6"><b>ТУҒАН ӨЛКЕ</b></font></p><p align="center"><font size="2">№ 14 (5210) 5 сәуір, 2003 жыл</font></p></td></tr><tr><td><p><a href="a.htm">Басты бет</a></p></td><td>
<p align="center"><b><font size="4">{HARVEST["title"]}</font></b></p>{ps(HARVEST)}<p align="right"><i>Күлпаш ОМАР.</i></p></td></tr></table>''',
    HARVEST["title"], text(HARVEST), date="2003-04-05", author="Күлпаш ОМАР",
)

if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.html"):
        old.unlink()
    for name, (html, _) in pages.items():
        (OUT / f"{name}.html").write_text(html, encoding="utf-8")
    expected = {name: facts for name, (_, facts) in sorted(pages.items())}
    lines = json.dumps(expected, ensure_ascii=False, indent=1)
    (OUT / "expected.json").write_text(lines + "\n", encoding="utf-8")
    print(len(pages), "pages")
