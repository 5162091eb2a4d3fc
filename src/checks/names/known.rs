//! Names that are translated instead of transliterated, and capitalised words that are no names.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Kazakh and Russian names, and how their English counterparts begin, in lower case and parted by `|`.
/// English words of other forms begin alike (`russia`: Russian, Russia's).
const TRANSLATED: [(&str, &str); 238] = [
    ("австралия", "austral"),
    ("австрия", "austria"),
    ("алмания", "german"),
    ("германия", "german"),
    ("неміс", "german"),
    ("англия", "england|english|brit|uk"),
    ("ағылшын", "engl|brit"),
    (
        "ұлыбритания",
        "britain|british|uk|u.k|united kingdom|england",
    ),
    ("британия", "brit"),
    ("великобритания", "britain|british|uk|united kingdom"),
    ("шотландия", "scot"),
    ("ирландия", "ireland|irish"),
    ("уэльс", "wales|welsh"),
    ("америка", "americ|us|u.s|usa|united states"),
    ("ақш", "us|u.s|usa|united states|america"),
    ("сша", "us|u.s|usa|united states|america"),
    ("штат", "state|us|u.s"),
    ("грек", "gree"),
    ("греция", "gree"),
    ("грузия", "georgia"),
    ("дания", "denmark|dan"),
    ("еуроодақ", "eu|european union|brexit|europe"),
    ("еуропа", "euro|eu"),
    ("еуропалық", "europ|eu"),
    ("еуро", "euro"),
    ("жапония", "japan"),
    ("япония", "japan"),
    ("испания", "spain|span"),
    ("италия", "ital"),
    ("кипр", "cypr"),
    ("корея", "korea"),
    ("корей", "korea"),
    ("қырғызстан", "kyrgyz|kirghiz"),
    ("киргиз", "kyrgyz"),
    ("қытай", "chin|prc"),
    ("кита", "chin|prc"),
    ("латвия", "latvia"),
    ("мажарстан", "hungar"),
    ("венгрия", "hungar"),
    ("мысыр", "egypt"),
    ("египет", "egypt"),
    ("моңғолия", "mongol"),
    ("нидерланд", "netherland|dutch|holland"),
    ("голланд", "netherland|dutch|holland"),
    ("норвегия", "norw"),
    ("орыс", "russia"),
    ("ресей", "russia"),
    ("россия", "russia"),
    ("польша", "poland|polish"),
    ("поляк", "pol"),
    ("португалия", "portug"),
    ("сауд", "saudi"),
    ("түрік", "turk|türk"),
    ("түркия", "turk|türk"),
    ("турция", "turk|türk"),
    ("түркімен", "turkmen"),
    ("түркіменстан", "turkmen"),
    ("тәжікстан", "tajik"),
    ("өзбекстан", "uzbek"),
    ("үнді", "indi"),
    ("үндістан", "india"),
    ("ұйғыр", "uighur|uyghur"),
    ("франция", "fran|french"),
    ("француз", "fran|french"),
    ("финляндия", "fin"),
    ("чехия", "czech"),
    ("швеция", "swed"),
    ("швед", "swed"),
    ("швейцария", "swi"),
    ("украина", "ukrain"),
    ("белорус", "belarus"),
    ("беларус", "belarus"),
    ("еврей", "jew|hebrew"),
    ("израиль", "israel"),
    ("иран", "iran|persia"),
    ("парсы", "persia|farsi|iran"),
    ("араб", "arab"),
    ("палестина", "palestin"),
    ("сирия", "syria"),
    ("канада", "canad"),
    ("мексика", "mexic"),
    ("мехико", "mexic"),
    ("бразилия", "brazil"),
    ("чили", "chil"),
    ("индонезия", "indonesia"),
    ("қазақ", "kazakh|qazaq"),
    ("қазақстан", "kazakh|qazaq"),
    ("казахстан", "kazakh"),
    ("қр", "kazakhstan|rk|republic"),
    ("азия", "asia"),
    ("африка", "africa"),
    ("антарктида", "antarctic"),
    ("пекин", "beijing|peking|chin"),
    ("москва", "moscow|russia|kremlin"),
    ("мәскеу", "moscow|russia|kremlin"),
    ("москв", "moscow|russia|kremlin"),
    ("кремл", "kremlin"),
    ("париж", "paris"),
    ("рим", "rom"),
    ("вена", "vienn|ven"),
    ("женева", "genev"),
    ("брюссел", "brussel"),
    ("варшава", "warsaw"),
    ("прага", "prague"),
    ("афин", "athen"),
    ("афина", "athen"),
    ("каир", "cairo"),
    ("иерусалим", "jerusalem"),
    ("мекке", "mecca|makkah"),
    ("дамаск", "damasc"),
    ("стамбул", "istanbul"),
    ("гонконг", "hong kong"),
    ("сеул", "seoul"),
    ("шанхай", "shanghai|sco"),
    ("өскемен", "oskemen|ust|öskemen"),
    ("орал", "ural|oral"),
    ("семей", "semey|semipalatinsk"),
    ("каспий", "caspian"),
    ("балқаш", "balkhash|balqash"),
    ("сырдария", "syr"),
    ("жетісу", "zhetysu|zhetisu|jetisu|jetysu|semirech"),
    ("дунай", "danub"),
    ("рейн", "rhin|rhein"),
    ("жерорта", "mediterranean"),
    ("тынық", "pacific"),
    ("атлант", "atlant"),
    ("алпі", "alp"),
    ("гималай", "himalaya"),
    (
        "мәжіліс",
        "majilis|mazhilis|lower house|parliament|assembly",
    ),
    ("мәслихат", "maslikhat|council|assembly"),
    ("сенат", "senat"),
    ("бұұ", "un|u.n|united nations"),
    ("нато", "nato"),
    ("наурыз", "nauryz|nowruz|nawruz|march"),
    ("рождество", "christmas"),
    ("пасха", "easter"),
    ("інжіл", "gospel|bible|new testament"),
    ("құран", "quran|koran|qur'an"),
    ("библи", "bibl"),
    ("твиттер", "twitter|tweet|x"),
    ("олимпиад", "olymp|games"),
    ("рейтер", "reuters"),
    ("уикипедия", "wikipedia"),
    ("британ", "brit"),
    ("британдық", "brit"),
    ("шотланд", "scot"),
    ("испан", "spain|span"),
    ("итальян", "ital"),
    ("қырғыз", "kyrgyz|kirghiz"),
    ("өзбек", "uzbek"),
    ("тәжік", "tajik"),
    ("моңғол", "mongol"),
    ("жапон", "japan"),
    ("китай", "chin|prc"),
    ("армения", "armen"),
    ("әзірбайжан", "azerbaij"),
    ("азербайджан", "azerbaij"),
    ("грекия", "gree"),
    ("корольдік", "kingdom|uk|u.k|britain|royal"),
    ("канадалық", "canad"),
    ("хорватия", "croat"),
    ("сербия", "serb"),
    ("румыния", "roman|rumania"),
    ("болгария", "bulgar"),
    ("литва", "lithuan"),
    ("эстония", "eston"),
    ("бельгия", "belg"),
    ("словакия", "slovak"),
    ("словения", "sloven"),
    ("албания", "alban"),
    ("молдова", "moldov"),
    ("исландия", "iceland"),
    ("куба", "cuba"),
    ("аргентина", "argentin"),
    ("колумбия", "colombia|columbia"),
    ("перу", "peru"),
    ("эфиопия", "ethiopia"),
    ("марокко", "morocc"),
    ("алжир", "alger"),
    ("тунис", "tunis"),
    ("ливия", "liby"),
    ("ливан", "leban"),
    ("иордания", "jordan"),
    ("ирак", "iraq"),
    ("йемен", "yemen"),
    ("катар", "qatar"),
    ("кувейт", "kuwait"),
    ("вьетнам", "vietnam"),
    ("таиланд", "thai"),
    ("филиппин", "philippin|filipin"),
    ("тайвань", "taiwan"),
    ("малайзия", "malaysia"),
    ("сингапур", "singapore"),
    ("македония", "macedonia"),
    ("боливия", "boliv"),
    ("пәкістан", "pakistan"),
    ("пакистан", "pakistan"),
    ("ауғанстан", "afghan"),
    ("афганистан", "afghan"),
    ("европа", "europ|eu"),
    ("штаттар", "state|us|u.s"),
    ("пхеньян", "pyongyang"),
    ("техас", "texas"),
    ("гаага", "hague"),
    ("ницца", "nice"),
    ("мюнхен", "munich"),
    ("кельн", "cologne|köln|koln"),
    ("кишинев", "chisinau|kishin"),
    ("сент", "st|saint|sainte"),
    ("санкт", "st|saint"),
    ("чехословакия", "czech"),
    ("византия", "byzant"),
    ("конго", "congo"),
    ("мәсіх", "christ"),
    ("гринвич", "greenwich"),
    ("йель", "yale"),
    ("үрімші", "urum|ürüm"),
    ("айова", "iowa"),
    ("аризона", "arizona"),
    ("юта", "utah"),
    ("страсбург", "strasbourg"),
    ("қазан", "kazan|october"),
    ("си", "xi"),
    ("эрдоған", "erdogan|erdoğan"),
    ("эрдоган", "erdogan|erdoğan"),
    ("байден", "biden"),
    ("шольц", "scholz"),
    ("тегеран", "tehran|teheran"),
    ("вашингтон", "washington|us|u.s"),
    ("нью", "new"),
    ("йорк", "york"),
    ("майкл", "michael|mike"),
    ("қазақпарат", "kazinform|qazinform|kazakpar|qazaqpar"),
    ("еуразия", "eurasia"),
    ("еуразиялық", "eurasia"),
    ("евразия", "eurasia"),
    ("тмд", "cis"),
    ("снг", "cis"),
];

/// Words that are capitalised in titles of bodies, offices and feasts, pronouns that letters capitalise
/// and words that begin a sentence without a stop before them. Their translations vary too much to be
/// looked for.
static PASSED_OVER: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "агенттіг агенттік адам азамат азаматтық айтыс академи академик академия алаш алаң алтын
     алып алыптар алғашқы алқа ана апелляциялық аралық арнайы аспан ассамблея ассоциаци
     ассоциация астық ата атқарушы аудан ауданы аударма аумақтық аурухана ауыл ауылшаруашылық
     ауған ашылу ашық аға ақ ақпарат байланыс бала балабақша балалар балық банк бас баспасөз
     басқарма батыр батыс баға бағдарлама бақылау бизнес билік биржа борыш бригада бюро біз
     бізге біздің білім бірлестіг бірлестік біріккен біріктірілген бірінші бұл бөлім ведомство
     вице вокзал газ газет генерал герцог гимназия дала даму дамыту дағдарыс даңғыл даңқ
     денсаулық департамент депутат дивизия дипломатия директор доктор дос достастық достық дума
     дін дүние дүниежүзілік дәрігер екінші ел елші елшіліг емхана епископ ерлік ескерткіш ескі
     еңбек еңбектері жаз жазира жалпы жарлық жарнама жаршы жарыс жарық жарғы жастар жасыл
     жауынгер жаңа жаһандық желі жер жеңіс жинақ жобасы жол жолбарыс жолдау жоспар жоғары
     жоғарғы журнал жүлде жұлдыз заң заңгер зейнетақы зерттеу зияткерлік имам инвестиция
     индустрия инженер инновация институт институты интернет ипотека ислам ит капитан кедендік
     келісім кеңес кино китап кодекс колледж комиссия комитет компания конгресс конституция
     конституциялық король корольдық корольдіг корольдік корпорация кремний крест кубог кубок
     кітап кітапхана кіші күз күн күш күштер кәсіби кәсіпкер кәсіпкерлер кәсіподақ көктем көлік
     көпір көше көші лейборист лейбористер лейбористік лейтенант либерал лига лицей майдан
     майор медаль медицина медициналық мейрам мекеме мектеп мемлекет мемлекеттік мен менің
     метро метрополитен меценат мешіт министр министрліг министрлік миссис музей мырза мүфти
     мұнай мұнара мұра мұражай мұсылман мұғалім мәдениет мәлімдеме мәртебелі наградасы обелиск
     облыс одағ одақ ойын ол олар олардың оның орда орден орман орталығ орталық ортақ отан
     отбасы оқу оңтүстік пайғамбар палата папа парламент партия патша патшайым патшалық
     педагогика пленум полиция полковник порт православие президент премьер премьера принц
     программа прокуратура прокурор профессор республика республикалық республикан
     республикандық рух сайлау салық саммит санкт сапа сарай сауда саябақ саясат саяси сақтау
     сен сенатор сенім сенің сержант серіктестіг серіктестік солтүстік сот соғыс спикер спорт
     спорттық стратегия су суды судың суға съезд сыйлығ сыйлық сыртқы сіз сіздің сән табиғат
     тараптар тарих тарихи тас тауар таяу таң театр телеарна телевизия терроризм тең теңіз
     травма туризм тіл түн түркі тұрғын тұтынушы тәжірибе тәрбие тәуелсіздіг тәуелсіздік
     төменгі төраға төтенше уақыт уақытша университет федерал федералды федералдық федерация
     форум хабар халық халықаралық хан ханзада ханым хатшы хирургия цифрлық чемпион чемпионат
     шара шаруа шаруашылық шаңырақ шейх шекара шығыс шіркеу ынтымақ экология экономика
     экономикалық электр энергетика энциклопедия этнография этнос ядролық ішкі ғалым ғарыш
     ғасыр ғибадатхана ғимарат ғимараты ғылым ғылыми қазына қала қара қаржы қарулы қасқыр қауым
     қауіпсіздіг қауіпсіздік қозғалыс қолтырауын қонақ қор қорық қорғаныс қорғау қоғам қоғамдық
     қызмет қызыл қырғи қыс құдай құрама құрлық құрметті құрылтай құс құқық үй үйге үйде үйден
     үйдің үйі үйіндегі үйіне үйінің үкімет үлкен үндеу үнді ұжым ұйым ұлан ұлт ұлттар ұлттық
     ұлы ұрпақ ұстаз әдебиет әділ әділет әйел әкім әкімдіг әкімдік әлем әлемдік әлеуметтік
     әскер әскери әуежай әулие өзен өкіл өкілдер өлке өндіріс өнеркәсіп"
        .split_whitespace()
        .collect()
});

/// Whether one of the `stems` of a word is known, and then whether the English `words` hold it.
pub(super) fn look_up(stems: &[&str], words: &[String]) -> Option<bool> {
    if stems.iter().any(|stem| PASSED_OVER.contains(stem)) {
        return Some(true);
    }
    // Names in -ия lose their я in Russian endings, and in some Kazakh derivations.
    let is = |name: &str| {
        stems
            .iter()
            .any(|stem| *stem == name || name.strip_suffix('я') == Some(stem))
    };
    let mut known = TRANSLATED.iter().filter(|(name, _)| is(name)).peekable();
    known.peek()?;
    Some(
        known
            .flat_map(|(_, english)| english.split('|'))
            .any(|english| begins(english, words)),
    )
}

/// Whether the words of `english` stand in a row in `words`, where each may go on in another form.
fn begins(english: &str, words: &[String]) -> bool {
    let wanted: Vec<&str> = english.split([' ', '.']).collect();
    // An abbreviation must be a whole word: it begins too many others.
    let fits = |(word, wanted): (&String, &&str)| {
        if wanted.len() <= 2 {
            word == wanted
        } else {
            word.starts_with(wanted)
        }
    };
    words
        .windows(wanted.len())
        .any(|run| run.iter().zip(&wanted).all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_lowercase).collect()
    }

    #[test]
    fn translated_names_are_found_in_every_form() {
        assert_eq!(look_up(&["ресей"], &words("The Russian side")), Some(true));
        assert_eq!(look_up(&["ресей"], &words("The Chinese side")), Some(false));
        assert_eq!(look_up(&["ақш"], &words("the U S economy")), Some(true));
        assert_eq!(look_up(&["германи"], &words("in Germany")), Some(true));
        assert_eq!(look_up(&["жылқыбаев"], &words("in Germany")), None);
    }

    #[test]
    fn parts_of_titles_are_passed_over() {
        assert_eq!(
            look_up(&["министрлігінің", "министрлік"], &words("nothing")),
            Some(true)
        );
    }
}
