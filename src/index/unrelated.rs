//! How near a model of the user's puts texts that have nothing to do with each
//! other.
//!
//! Many models put every text into one narrow cone: any two have a cosine of 0.7,
//! and a related pair 0.85. That does not change which of two passages is nearer,
//! but docent also holds cosines against numbers, such as whether anything is near
//! at all, and these were measured with a model that uses the whole space. So the
//! axis of the cone is taken out of every vector, as it lies among texts about nothing
//! in common, and the cosines that are left are stretched: unrelated texts have 0
//! again and equal ones 1. The first alone leaves all cosines a little too high, since
//! a few texts show the axis only roughly; the second alone leaves those of some
//! questions higher than those of others, by how near they lie to the axis. On cones and
//! on taking out what is common: Mu and Viswanath, "All-but-the-Top", arXiv 1702.01417.

use anyhow::{Result, ensure};

use crate::index::text::language::primary;

/// From here on a model tells nothing apart.
const BLIND: f32 = 0.97;

/// The axis of the cone in which a model's vectors lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis(Vec<f32>);

impl Axis {
    /// That of the vectors of [`samples`], each of length one.
    ///
    /// # Errors
    /// When the model makes nearly the same of all.
    pub fn of(vectors: &[Vec<f32>]) -> Result<Self> {
        ensure!(
            among(vectors) < BLIND,
            "the model gives all texts nearly the same vector"
        );
        let mut sum = vec![0.0; vectors.first().map_or(0, Vec::len)];
        for vector in vectors {
            for (sum, value) in sum.iter_mut().zip(vector) {
                *sum += value;
            }
        }
        Ok(Self(unit(sum)))
    }

    /// `vector` without what lies along the axis, brought to length one.
    pub fn removed(&self, vector: &[f32]) -> Vec<f32> {
        let along = dot(vector, &self.0);
        let rest = vector.iter().zip(&self.0);
        unit(rest.map(|(value, axis)| value - along * axis).collect())
    }
}

/// `vector` brought to length one; one without a direction stays as it is.
fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = dot(&vector, &vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
    vector
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// What a model makes of texts about nothing in common, without the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Unrelated {
    /// The mean cosine of two questions.
    pub questions: f32,
    /// That of two sentences of passages.
    pub sentences: f32,
    /// The vectors of the questions.
    pub asked: Vec<Vec<f32>>,
}

impl Unrelated {
    /// Those of [`samples`], as a model reads them as `questions` and as passages.
    pub fn of(questions: Vec<Vec<f32>>, passages: &[Vec<f32>]) -> Self {
        Self {
            questions: among(&questions),
            sentences: among(passages),
            asked: questions,
        }
    }

    /// The mean cosine of a question with passages of a book that know nothing of
    /// it, by the cosines of each of `count` passages with a question. Of the book
    /// itself: it counts how long its passages are, and in which language.
    #[expect(clippy::cast_precision_loss, reason = "a few passages")]
    pub fn between(&self, count: usize, cosine: impl Fn(usize, &[f32]) -> Option<f32>) -> f32 {
        let asked = self.asked.iter();
        let cosines = asked.flat_map(|question| {
            let cosine = &cosine;
            (0..count).filter_map(move |passage| cosine(passage, question))
        });
        let (count, sum) = cosines.fold((0_usize, 0.0), |(count, sum), cosine| {
            (count + 1, sum + cosine)
        });
        (sum / count.max(1) as f32).clamp(0.0, BLIND)
    }
}

/// `cosine` stretched so that `unrelated` becomes 0 and 1 stays 1; what is less than
/// unrelated becomes less than 0.
pub fn stretched(cosine: f32, unrelated: f32) -> f32 {
    (cosine - unrelated) / (1.0 - unrelated)
}

/// The mean cosine of two different ones of `vectors`, not under 0.
#[expect(clippy::cast_precision_loss, reason = "a few texts")]
fn among(vectors: &[Vec<f32>]) -> f32 {
    let (mut sum, mut count) = (0.0_f32, 0_usize);
    for (place, one) in vectors.iter().enumerate() {
        for other in &vectors[place + 1..] {
            sum += dot(one, other);
            count += 1;
        }
    }
    (sum / count.max(1) as f32).max(0.0)
}

/// Texts about nothing in common in the language of a book, or in English: some
/// models have a cone for each language.
pub fn samples(language: &str) -> &'static [&'static str; 8] {
    let primary = primary(language);
    let found = SAMPLES.iter().find(|(tag, _)| *tag == primary);
    &found.unwrap_or(&SAMPLES[0]).1
}

/// Sentences of daily life and of software, questions and statements.
const SAMPLES: [(&str, [&str; 8]); 15] = [
    (
        "en",
        [
            "How long does it take to boil an egg?",
            "The train to the coast leaves at nine in the morning.",
            "How do I make a pivot table in a spreadsheet?",
            "A violin has four strings.",
            "What is the refund policy for annual subscriptions?",
            "Set the option to false to keep old log files.",
            "Why is the sky blue?",
            "The function returns an error when the list is empty.",
        ],
    ),
    (
        "de",
        [
            "Wie lange muss ein Ei kochen?",
            "Der Zug an die Küste fährt um neun Uhr morgens ab.",
            "Wie erstelle ich eine Pivot-Tabelle?",
            "Eine Geige hat vier Saiten.",
            "Wie bekomme ich mein Geld für ein Abonnement zurück?",
            "Alte Protokolle bleiben erhalten, wenn die Option ausgeschaltet ist.",
            "Warum ist der Himmel blau?",
            "Die Funktion meldet einen Fehler, wenn die Liste leer ist.",
        ],
    ),
    (
        "fr",
        [
            "Combien de temps faut-il pour cuire un œuf ?",
            "Le train pour la côte part à neuf heures du matin.",
            "Comment créer un tableau croisé dynamique ?",
            "Un violon a quatre cordes.",
            "Comment obtenir le remboursement d'un abonnement annuel ?",
            "Désactivez l'option pour garder les anciens journaux.",
            "Pourquoi le ciel est-il bleu ?",
            "La fonction renvoie une erreur quand la liste est vide.",
        ],
    ),
    (
        "es",
        [
            "¿Cuánto tarda en cocerse un huevo?",
            "El tren a la costa sale a las nueve de la mañana.",
            "¿Cómo hago una tabla dinámica en una hoja de cálculo?",
            "Un violín tiene cuatro cuerdas.",
            "¿Cómo pido el reembolso de una suscripción anual?",
            "Desactive la opción para conservar los registros antiguos.",
            "¿Por qué el cielo es azul?",
            "La función devuelve un error cuando la lista está vacía.",
        ],
    ),
    (
        "it",
        [
            "Quanto tempo ci vuole per bollire un uovo?",
            "Il treno per la costa parte alle nove del mattino.",
            "Come si crea una tabella pivot?",
            "Un violino ha quattro corde.",
            "Come ottengo il rimborso di un abbonamento annuale?",
            "Disattivare l'opzione per conservare i vecchi registri.",
            "Perché il cielo è blu?",
            "La funzione restituisce un errore quando la lista è vuota.",
        ],
    ),
    (
        "pt",
        [
            "Quanto tempo leva para cozer um ovo?",
            "O trem para o litoral parte às nove da manhã.",
            "Como faço uma tabela dinâmica numa planilha?",
            "Um violino tem quatro cordas.",
            "Como peço o reembolso de uma assinatura anual?",
            "Desative a opção para manter os registros antigos.",
            "Por que o céu é azul?",
            "A função devolve um erro quando a lista está vazia.",
        ],
    ),
    (
        "nl",
        [
            "Hoe lang moet een ei koken?",
            "De trein naar de kust vertrekt om negen uur 's ochtends.",
            "Hoe maak ik een draaitabel?",
            "Een viool heeft vier snaren.",
            "Hoe krijg ik mijn jaarabonnement terugbetaald?",
            "Zet de optie uit om oude logbestanden te bewaren.",
            "Waarom is de lucht blauw?",
            "De functie geeft een fout als de lijst leeg is.",
        ],
    ),
    (
        "sv",
        [
            "Hur länge ska ett ägg koka?",
            "Tåget till kusten går klockan nio på morgonen.",
            "Hur gör jag en pivottabell?",
            "En fiol har fyra strängar.",
            "Hur får jag tillbaka pengarna för en prenumeration?",
            "Stäng av alternativet för att behålla gamla loggfiler.",
            "Varför är himlen blå?",
            "Funktionen ger ett fel när listan är tom.",
        ],
    ),
    (
        "pl",
        [
            "Jak długo gotuje się jajko?",
            "Pociąg nad morze odjeżdża o dziewiątej rano.",
            "Jak utworzyć tabelę przestawną?",
            "Skrzypce mają cztery struny.",
            "Jak odzyskać pieniądze za roczną subskrypcję?",
            "Wyłącz opcję, aby zachować stare dzienniki.",
            "Dlaczego niebo jest niebieskie?",
            "Funkcja zwraca błąd, gdy lista jest pusta.",
        ],
    ),
    (
        "ru",
        [
            "Сколько времени варится яйцо?",
            "Поезд к морю отправляется в девять утра.",
            "Как сделать сводную таблицу?",
            "У скрипки четыре струны.",
            "Как вернуть деньги за годовую подписку?",
            "Отключите параметр, чтобы сохранить старые журналы.",
            "Почему небо голубое?",
            "Функция возвращает ошибку, если список пуст.",
        ],
    ),
    (
        "tr",
        [
            "Bir yumurta ne kadar sürede haşlanır?",
            "Sahile giden tren sabah dokuzda kalkıyor.",
            "Özet tabloyu nasıl oluştururum?",
            "Kemanın dört teli vardır.",
            "Yıllık aboneliğin ücretini nasıl geri alırım?",
            "Eski günlükleri saklamak için seçeneği kapatın.",
            "Gökyüzü neden mavidir?",
            "Liste boşsa işlev hata döndürür.",
        ],
    ),
    (
        "ar",
        [
            "كم من الوقت يستغرق سلق بيضة؟",
            "يغادر القطار إلى الساحل في التاسعة صباحا.",
            "كيف أنشئ جدولا محوريا؟",
            "للكمان أربعة أوتار.",
            "كيف أسترد ثمن الاشتراك السنوي؟",
            "عطل الخيار للاحتفاظ بالسجلات القديمة.",
            "لماذا السماء زرقاء؟",
            "تعيد الدالة خطأ عندما تكون القائمة فارغة.",
        ],
    ),
    (
        "ja",
        [
            "卵を茹でるのに何分かかりますか。",
            "海岸行きの列車は朝九時に出発します。",
            "ピボットテーブルはどうやって作りますか。",
            "バイオリンには弦が四本あります。",
            "年間購読の返金はどうすれば受けられますか。",
            "古いログを残すにはオプションを無効にします。",
            "なぜ空は青いのですか。",
            "リストが空のとき関数はエラーを返します。",
        ],
    ),
    (
        "zh",
        [
            "煮一个鸡蛋要多长时间？",
            "去海边的火车早上九点出发。",
            "怎样制作数据透视表？",
            "小提琴有四根弦。",
            "年度订阅如何退款？",
            "关闭该选项即可保留旧日志。",
            "天空为什么是蓝色的？",
            "列表为空时函数返回错误。",
        ],
    ),
    (
        "ko",
        [
            "달걀을 삶는 데 얼마나 걸리나요?",
            "해안으로 가는 기차는 아침 아홉 시에 떠납니다.",
            "피벗 테이블은 어떻게 만드나요?",
            "바이올린에는 줄이 네 개 있습니다.",
            "연간 구독은 어떻게 환불받나요?",
            "이전 로그를 보관하려면 옵션을 끄세요.",
            "하늘은 왜 파란가요?",
            "목록이 비어 있으면 함수가 오류를 반환합니다.",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::{Axis, SAMPLES, Unrelated, dot, samples, stretched, unit};

    #[test]
    fn what_all_texts_share_is_taken_out_of_each() {
        let cone = [
            [5.0, 1.0, 0.0],
            [5.0, -1.0, 0.0],
            [5.0, 0.0, 1.0],
            [5.0, 0.0, -1.0],
        ];
        let cone = cone.map(|vector| unit(vector.to_vec()));
        assert!(dot(&cone[0], &cone[2]) > 0.9);
        let axis = Axis::of(&cone).unwrap();
        let [a, b, c, _] = cone.map(|vector| axis.removed(&vector));
        assert!(dot(&a, &c).abs() < 0.01, "{a:?} {c:?}");
        assert!(dot(&a, &b) < -0.99, "{a:?} {b:?}");
        assert!((dot(&a, &a) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn what_is_left_of_it_is_stretched_away() {
        let some = [[2.0, 1.0, 0.0], [2.0, -1.0, 0.0], [2.0, 0.0, 1.0]];
        let some = some.map(|vector| unit(vector.to_vec()));
        let found = Unrelated::of(some.to_vec(), &some);
        assert!((0.6..0.9).contains(&found.questions), "{found:?}");
        assert_eq!(found.questions, found.sentences);
        assert_eq!(stretched(found.questions, found.questions), 0.0);
        assert_eq!(stretched(1.0, found.questions), 1.0);
        assert!(stretched(0.5, found.questions) < 0.0);
        assert_eq!(stretched(0.37, 0.0), 0.37);
    }

    #[test]
    fn passages_are_those_of_the_book_as_far_as_they_have_vectors() {
        let asked = vec![vec![1.0, 0.0], vec![0.0, 1.0]];
        let found = Unrelated::of(asked.clone(), &asked);
        let cosine = |passage: usize, question: &[f32]| {
            (passage != 1).then_some(if question[0] > 0.5 { 0.2 } else { 0.4 })
        };
        assert!((found.between(3, cosine) - 0.3).abs() < 1e-6);
        assert_eq!(found.between(0, cosine), 0.0);
    }

    #[test]
    fn a_model_that_tells_nothing_apart_is_refused() {
        assert!(Axis::of(&vec![vec![1.0, 0.0]; 3]).is_err());
    }

    #[test]
    fn samples_are_of_the_books_language_where_there_are_some() {
        assert_eq!(samples("de-CH")[3], "Eine Geige hat vier Saiten.");
        assert_eq!(samples("ZH-Hant"), samples("zh"));
        assert_eq!(samples("xx"), samples("en"));
        let all = SAMPLES.iter().flat_map(|(_, texts)| texts);
        let different: std::collections::HashSet<_> = all.clone().collect();
        assert_eq!(different.len(), all.count());
    }
}
