//! English words that are capitalised without being names, or as parts of titles.

use std::collections::HashSet;

use super::gazetteer::{Entry, NameKind};

/// In lower case and in the order of their letters.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "academy", "accord", "act", "acting", "administration", "admiral", "affordable", "after",
    "against", "age", "agency", "agent", "agreement", "agriculture", "air", "airlines", "airport",
    "album", "all", "allah", "allies", "ally", "although", "ambassador", "amendment", "american",
    "ancient", "and", "another", "antarctic", "apple", "april", "archbishop", "arctic", "are",
    "arena", "army", "art", "article", "artificial", "arts", "assembly", "association", "atheist",
    "attorney", "august", "aunt", "authority", "autumn", "avenue", "award", "awards", "ballet",
    "band", "bank", "banking", "baron", "baroness", "baseball", "basin", "basketball", "battle",
    "bay", "beach", "bear", "because", "before", "bible", "big", "bill", "bird", "birds", "bishop",
    "black", "blood", "blue", "board", "body", "bone", "book", "borough", "both", "boxing",
    "breed", "bridge", "british", "brother", "brown", "buddha", "buddhism", "buddhist",
    "buddhists", "bull", "bulls", "bureau", "but", "campaign", "can", "canal", "cape", "capital",
    "capt", "captain", "cardinal", "care", "case", "cases", "castle", "cat", "category",
    "cathedral", "catholic", "catholics", "cave", "celtics", "center", "central", "centre",
    "century", "chair", "chairman", "chairwoman", "championship", "championships", "chancellor",
    "channel", "chapter", "charter", "cherry", "chief", "child", "children", "christ", "christian",
    "christianity", "christians", "christmas", "church", "citizen", "city", "class", "classical",
    "clean", "clinic", "club", "co", "coach", "coast", "code", "col", "college", "colonel",
    "commander", "commerce", "commission", "commissioner", "committee", "commons", "commonwealth",
    "communist", "company", "computer", "computers", "conference", "congress", "congressman",
    "congresswoman", "conservation", "conservative", "conservatives", "constitution",
    "contemporary", "continent", "convention", "coronavirus", "corp", "corporation", "could",
    "council", "count", "county", "court", "covid", "cricket", "crisis", "crusade", "crusades",
    "culture", "cup", "customs", "cyclone", "dad", "daily", "daisy", "dame", "dance", "dark",
    "data", "day", "deal", "death", "december", "declaration", "defence", "defense", "democrat",
    "democratic", "democrats", "department", "depression", "deputy", "desert", "det", "detective",
    "digital", "director", "disaster", "district", "doctor", "dog", "dolphin", "dr", "dragon",
    "dragons", "dream", "dreams", "driver", "duchess", "duke", "each", "eagle", "eagles", "earl",
    "early", "earth", "earthquake", "east", "easter", "eastern", "ebola", "economic", "editor",
    "education", "eight", "either", "elephant", "emirates", "emperor", "empire", "empress",
    "energy", "enforcement", "english", "enlightenment", "entertainment", "environment", "episode",
    "equator", "era", "european", "eurosceptics", "eve", "every", "ex", "executive", "expo", "eye",
    "eyes", "face", "faculty", "fair", "faith", "falls", "families", "family", "fashion", "father",
    "february", "federal", "federation", "fertility", "festival", "fifth", "film", "films",
    "final", "finals", "finance", "fire", "first", "fish", "five", "flu", "folk", "football",
    "for", "force", "forces", "foreign", "forest", "former", "formula", "forum", "foster",
    "foundation", "four", "fourth", "fox", "freedom", "friday", "from", "fund", "galaxy",
    "gallery", "game", "games", "garden", "gardens", "gas", "gen", "general", "giant", "giants",
    "glacier", "global", "god", "gold", "golden", "golf", "gospel", "gov", "government",
    "governor", "grade", "grand", "grandma", "grandpa", "great", "greater", "green", "greens",
    "group", "guard", "gulf", "had", "hall", "halloween", "hand", "hanukkah", "harbor", "harbour",
    "hardware", "has", "have", "hawk", "head", "health", "heart", "heaven", "hell", "hemisphere",
    "her", "herald", "here", "high", "highway", "hill", "hills", "him", "hindu", "hinduism",
    "hindus", "hip", "his", "hockey", "holocaust", "hop", "hope", "horse", "horses", "hospital",
    "host", "hotel", "house", "how", "human", "hurricane", "hydrogen", "ice", "immigration",
    "impossible", "inc", "independence", "industries", "initiative", "inner", "inspector",
    "institute", "intelligence", "interior", "international", "internet", "islam", "islamic",
    "island", "islands", "isle", "its", "january", "jazz", "jesus", "jew", "jewish", "jews",
    "journal", "jr", "judaism", "judge", "judiciary", "july", "june", "junior", "jupiter", "jury",
    "justice", "key", "keys", "king", "kingdom", "kings", "knight", "koran", "labor", "labour",
    "lady", "lake", "lakers", "lane", "language", "languages", "last", "late", "law", "leader",
    "league", "learning", "leave", "legendary", "level", "liberal", "liberals", "library",
    "lieutenant", "life", "light", "lily", "limited", "lion", "little", "live", "long", "lord",
    "love", "lower", "lt", "ltd", "machine", "madam", "magazine", "magistrate", "majesty", "major",
    "majority", "mall", "manager", "many", "march", "marine", "marines", "mark", "mars", "max",
    "may", "mayor", "medal", "media", "medical", "mega", "men", "mercury", "methodist", "middle",
    "might", "milky", "mind", "mini", "minister", "ministry", "minority", "miss", "mission",
    "mobile", "modern", "mom", "monastery", "monday", "monkey", "month", "moon", "more", "morning",
    "mosque", "most", "mother", "mount", "mountain", "mountains", "movement", "movie", "movies",
    "mr", "mrs", "ms", "mt", "mum", "museum", "music", "muslim", "muslims", "must", "national",
    "nationwide", "navy", "neither", "neptune", "network", "new", "news", "next", "night", "nine",
    "ninth", "north", "northeast", "northeastern", "northern", "northwest", "northwestern", "not",
    "novel", "november", "ocean", "october", "office", "officer", "oil", "old", "olympian",
    "olympic", "olympics", "one", "online", "open", "opera", "operation", "orange", "orchestra",
    "order", "organisation", "organization", "orthodox", "other", "our", "outer", "owner",
    "palace", "paralympic", "paralympics", "park", "parliament", "part", "party", "peace",
    "peninsula", "people", "phase", "phone", "pictures", "pirates", "plain", "plains", "plan",
    "plateau", "plus", "pluto", "point", "pole", "police", "political", "pop", "pope", "port",
    "post", "power", "premier", "president", "press", "prevention", "prime", "prince", "princess",
    "private", "prix", "prize", "pro", "prof", "professor", "program", "programme", "project",
    "prosecution", "protestant", "protestants", "protocol", "province", "public", "queen", "quran",
    "racing", "radio", "raiders", "rain", "ramadan", "rangers", "rap", "rapid", "records", "red",
    "reformation", "region", "remain", "remainers", "renaissance", "rep", "report",
    "representative", "republic", "republican", "republicans", "responsibility", "rev", "reverend",
    "review", "revolution", "rights", "river", "road", "robot", "robots", "rock", "rockets",
    "room", "rose", "royal", "rugby", "rule", "rules", "saint", "saints", "saturday", "saturn",
    "save", "school", "science", "sciences", "sea", "season", "second", "secret", "secretary",
    "section", "security", "sen", "senate", "senator", "senior", "september", "sergeant", "series",
    "service", "services", "seven", "sgt", "shark", "she", "sheriff", "shia", "short", "should",
    "show", "sikh", "silver", "since", "sir", "sister", "six", "skiing", "sky", "small", "smart",
    "snow", "soccer", "social", "socialist", "society", "software", "solar", "some", "song",
    "soul", "south", "southeast", "southeastern", "southern", "southwest", "southwestern",
    "soviet", "speaker", "sport", "sports", "spring", "square", "sr", "st", "stadium", "stage",
    "star", "stars", "state", "states", "station", "stem", "stories", "storm", "story", "strait",
    "strategy", "street", "studio", "studios", "suite", "summer", "summit", "sun", "sunday",
    "sunni", "super", "supreme", "sustainable", "swimming", "system", "systems", "tall",
    "technologies", "technology", "television", "temple", "ten", "tennis", "territories",
    "territory", "testament", "thanksgiving", "that", "the", "theater", "theatre", "their",
    "there", "these", "they", "third", "this", "those", "though", "three", "throne", "thursday",
    "tiger", "times", "title", "torah", "tories", "tornado", "tory", "tower", "town", "trade",
    "traditional", "transport", "treasure", "treasury", "treaty", "trial", "tribune", "tropical",
    "trust", "truth", "tsunami", "tuesday", "tv", "two", "type", "typhoon", "ultra", "uncle",
    "union", "united", "universe", "university", "upper", "uranus", "valley", "venus", "veteran",
    "vice", "vigil", "village", "virtual", "virus", "voice", "volcano", "volume", "war", "ward",
    "warning", "warriors", "wars", "was", "water", "way", "web", "wednesday", "week", "weekly",
    "were", "west", "western", "whale", "what", "when", "where", "while", "white", "who", "why",
    "wide", "will", "wind", "winter", "with", "wolf", "wolves", "women", "word", "words", "world",
    "would", "wrestling", "writing", "yankees", "year", "yellow", "you", "young", "your", "zoo",
];

/// Whether a word, in lower case, is capitalised as a part of titles or as days and months are.
pub(crate) fn is_common(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    [word, singular]
        .iter()
        .any(|word| COMMON.binary_search(word).is_ok())
}

/// English names that a translation may have for something else of the source: capitals that stand for
/// their governments and countries, and peoples whose country or money is named. With each the words of the
/// source that imply it, in lower case; those of four letters and more are beginnings of words.
#[rustfmt::skip]
const IMPLIED: &[(&str, &[&str])] = &[
    ("Washington", &["ақш", "америк", "американ", "сша", "штат", "пентагон"]),
    ("Moscow", &["ресей", "орыс", "росси", "русск", "кремл", "рф"]),
    ("Kremlin", &["ресей", "орыс", "росси", "русск", "мәскеу", "москв", "рф"]),
    ("Beijing", &["қытай", "қхр", "кита"]),
    ("Pyongyang", &["корея", "кндр", "кхдр", "ким"]),
    ("London", &["ұлыбритан", "британ", "великобритан", "англия", "англи", "ағылшын"]),
    ("Brussels", &["еуроодақ", "еуропа", "еуро", "ео", "европ", "евросоюз", "ес", "нато", "бельги"]),
    ("Paris", &["франци", "француз"]),
    ("Berlin", &["герман", "алман", "неміс", "немец", "фрг"]),
    ("Astana", &["қазақ", "казах", "қр", "рк", "елорда", "астана", "ақорда", "бас қала"]),
    ("Kazakhstan", &["қр", "қрз", "рк"]),
    ("Kazakh", &["теңге", "тенге", "қр", "қрз", "рк"]),
    ("Kazakhstani", &["теңге", "тенге", "қр", "қрз", "рк"]),
    ("Russian", &["рубль", "рубл"]),
    ("Chinese", &["юань", "юан"]),
    ("Japanese", &["иена", "иен"]),
];

/// English names of the country that the newspaper is of, and words of any country, in the form of those
/// above, that are its own where the source names no other one.
const OWN_COUNTRY: [&str; 3] = ["Kazakhstan", "Kazakh", "Kazakhstani"];
#[rustfmt::skip]
const OF_ANY_COUNTRY: &[&str] = &[
    "ел", "республика", "отан", "мемлекет", "парламент", "мәжіліс", "сенат", "үкімет", "ұлттық",
];

/// Whether an entry is another country, a region of one, or another people than those of the newspaper.
pub(crate) fn is_other_country(entry: Entry) -> bool {
    (entry.kind == NameKind::People || entry.is_abroad)
        && !entry.forms().any(|form| OWN_COUNTRY.contains(&form))
}

/// Whether one of the `stems` of a source, in lower case, implies the English name; `names_another` says
/// that the source names another country or people.
pub(crate) fn is_implied(english: &str, stems: &HashSet<String>, names_another: bool) -> bool {
    let implies = |words: &&str| {
        words.split(' ').all(|word| {
            stems.contains(word)
                || word.chars().nth(3).is_some() && stems.iter().any(|stem| stem.starts_with(word))
        })
    };
    let mut known = IMPLIED.iter().filter(|(name, _)| *name == english);
    let is_own = || !names_another && OWN_COUNTRY.contains(&english);
    known.any(|(_, words)| words.iter().any(implies))
        || (is_own() && OF_ANY_COUNTRY.iter().any(implies))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_in_order() {
        assert!(COMMON.is_sorted());
        assert!(is_common("thursday") && is_common("ministers") && !is_common("tokayev"));
    }

    #[test]
    fn a_capital_is_implied_by_its_country() {
        let stems = |words: &str| words.split(' ').map(str::to_owned).collect();
        assert!(is_implied("Paris", &stems("кеше францияның"), true));
        assert!(is_implied("Washington", &stems("ақш"), true));
        assert!(!is_implied("Paris", &stems("кеше ақш"), true));
        assert!(!is_implied("Kazakhstan", &stems("электр"), false));
        assert!(is_implied("Kazakh", &stems("үкімет"), false));
        assert!(!is_implied("Kazakh", &stems("үкімет"), true));
        assert!(is_implied("Kazakh", &stems("теңге"), true));
    }
}
