//! The languages that models have tokens for, by the names of different models.

/// Languages by FLORES-200's codes, and as MADLAD-400 and M2M100 name them.
const LANGUAGES: [(&str, &str); 24] = [
    ("azj_Latn", "az"),
    ("bak_Cyrl", "ba"),
    ("bel_Cyrl", "be"),
    ("bul_Cyrl", "bg"),
    ("crh_Latn", "crh"),
    ("deu_Latn", "de"),
    ("eng_Latn", "en"),
    ("fra_Latn", "fr"),
    ("kaz_Cyrl", "kk"),
    ("khk_Cyrl", "mn"),
    ("kir_Cyrl", "ky"),
    ("pes_Arab", "fa"),
    ("pol_Latn", "pl"),
    ("rus_Cyrl", "ru"),
    ("spa_Latn", "es"),
    ("srp_Cyrl", "sr"),
    ("tat_Cyrl", "tt"),
    ("tgk_Cyrl", "tg"),
    ("tuk_Latn", "tk"),
    ("tur_Latn", "tr"),
    ("uig_Arab", "ug"),
    ("ukr_Cyrl", "uk"),
    ("uzn_Latn", "uz"),
    ("zho_Hans", "zh"),
];

/// NLLB's languages in the order of their tokens, which a file of SentencePiece does not have.
const NLLB: &str = "ace_Arab ace_Latn acm_Arab acq_Arab aeb_Arab afr_Latn ajp_Arab aka_Latn amh_Ethi \
    apc_Arab arb_Arab ars_Arab ary_Arab arz_Arab asm_Beng ast_Latn awa_Deva ayr_Latn \
    azb_Arab azj_Latn bak_Cyrl bam_Latn ban_Latn bel_Cyrl bem_Latn ben_Beng bho_Deva \
    bjn_Arab bjn_Latn bod_Tibt bos_Latn bug_Latn bul_Cyrl cat_Latn ceb_Latn ces_Latn \
    cjk_Latn ckb_Arab crh_Latn cym_Latn dan_Latn deu_Latn dik_Latn dyu_Latn dzo_Tibt \
    ell_Grek eng_Latn epo_Latn est_Latn eus_Latn ewe_Latn fao_Latn pes_Arab fij_Latn \
    fin_Latn fon_Latn fra_Latn fur_Latn fuv_Latn gla_Latn gle_Latn glg_Latn grn_Latn \
    guj_Gujr hat_Latn hau_Latn heb_Hebr hin_Deva hne_Deva hrv_Latn hun_Latn hye_Armn \
    ibo_Latn ilo_Latn ind_Latn isl_Latn ita_Latn jav_Latn jpn_Jpan kab_Latn kac_Latn \
    kam_Latn kan_Knda kas_Arab kas_Deva kat_Geor knc_Arab knc_Latn kaz_Cyrl kbp_Latn \
    kea_Latn khm_Khmr kik_Latn kin_Latn kir_Cyrl kmb_Latn kon_Latn kor_Hang kmr_Latn \
    lao_Laoo lvs_Latn lij_Latn lim_Latn lin_Latn lit_Latn lmo_Latn ltg_Latn ltz_Latn \
    lua_Latn lug_Latn luo_Latn lus_Latn mag_Deva mai_Deva mal_Mlym mar_Deva min_Latn \
    mkd_Cyrl plt_Latn mlt_Latn mni_Beng khk_Cyrl mos_Latn mri_Latn zsm_Latn mya_Mymr \
    nld_Latn nno_Latn nob_Latn npi_Deva nso_Latn nus_Latn nya_Latn oci_Latn gaz_Latn \
    ory_Orya pag_Latn pan_Guru pap_Latn pol_Latn por_Latn prs_Arab pbt_Arab quy_Latn \
    ron_Latn run_Latn rus_Cyrl sag_Latn san_Deva sat_Beng scn_Latn shn_Mymr sin_Sinh \
    slk_Latn slv_Latn smo_Latn sna_Latn snd_Arab som_Latn sot_Latn spa_Latn als_Latn \
    srd_Latn srp_Cyrl ssw_Latn sun_Latn swe_Latn swh_Latn szl_Latn tam_Taml tat_Cyrl \
    tel_Telu tgk_Cyrl tgl_Latn tha_Thai tir_Ethi taq_Latn taq_Tfng tpi_Latn tsn_Latn \
    tso_Latn tuk_Latn tum_Latn tur_Latn twi_Latn tzm_Tfng uig_Arab ukr_Cyrl umb_Latn \
    urd_Arab uzn_Latn vec_Latn vie_Latn war_Latn wol_Latn xho_Latn ydd_Hebr yor_Latn \
    yue_Hant zho_Hans zho_Hant zul_Latn";

/// M2M100's, likewise.
const M2M100: &str = "af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy \
    ga gd gl gu ha he hi hr ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln \
    lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so \
    sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu";

/// The name of a language with an ISO 639-1 code in most cases (`kk`), by FLORES-200's code.
pub(super) fn short(code: &str) -> Option<&'static str> {
    let found = LANGUAGES.iter().find(|(flores, _)| *flores == code);
    found.map(|(_, short)| *short)
}

/// NLLB's languages in the order of their tokens.
pub(super) fn nllb() -> impl Iterator<Item = &'static str> {
    NLLB.split_whitespace()
}

/// M2M100's languages in the order of their tokens.
pub(super) fn m2m100() -> impl Iterator<Item = &'static str> {
    M2M100.split_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_the_places_that_published_models_give_them() {
        // NLLB's 256001 tokens before the languages, M2M100's 128004.
        let of = |code| 256_001 + nllb().position(|own| own == code).unwrap();
        assert_eq!(
            [of("eng_Latn"), of("kaz_Cyrl"), of("rus_Cyrl")],
            [256_047, 256_089, 256_147]
        );
        assert_eq!(nllb().count(), 202);
        let of = |code| 128_004 + m2m100().position(|own| own == code).unwrap();
        assert_eq!([of("en"), of("kk")], [128_022, 128_049]);
        assert_eq!(m2m100().count(), 100);
    }
}
