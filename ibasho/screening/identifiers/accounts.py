"""Mail addresses and names for accounts elsewhere, also spelled around the @ and the dot."""

from __future__ import annotations

from ibasho.screening.gates import Gate

APPS = (
    r"(?:(?<![a-z])line(?![a-z])|(?:(?<![ぁ-ゖ])|(?<=[のはでをがにも]))(?:ライン|らいん|れいん)(?!だ|です|なん|で(?:も|は)な|ナップ|ダンス|を(?:引|ひ|こえ|越))|l1ne|カカオ(?:トーク)?|kakao|discord|ディスコ(?:ード)?|でぃすこ(?:ど)?|twitter|ツイッター|ツイ垢|(?<![a-z0-9])(?:x|tw|fb|ig)(?![a-z0-9])|旧ツイ|insta(?:gram)?|インスタ(?:グラム)?|skype|スカイプ|"
    r"zoom|ズーム|telegram|テレグラム|テレグ|signal|シグナル|whats?app|tiktok|ティックトック|snap(?:chat)?|スナチャ|facebook|フェイスブック|"
    r"wechat|ウィーチャット|threads|スレッズ|bluesky|ブルスカ|mixi|ミクシィ|マストドン|misskey|緑(?:の)?(?:アプリ|やつ|あれ|吹き出し|トーク|ちゃっと|(?=id|交換|電話))|黄色いアプリ|青い鳥|紫のアプリ|通話アプリ|チャットアプリ|twitch|slack)"
)
_AT = r"(?:@|\(at\)|\[at\]|<at>|☆at☆|\bat\b|アットマーク|あっとまーく|あっとまく|アット|あっと|🅰|＠|まるに?a)"
_DOT = r"(?:\.|\(dot\)|\[dot\]|\bdot\b|ドット|どっと|てん(?=じぇ|こむ|co|jp|ね)|点)"
_NAME = r"[a-z0-9][a-z0-9._+\-]{1,40}"
_TOP = r"(?:jp|com|net|org|ne|co|コム|ネット|ジェ[イー]?ピー?|エヌイー?|オルグ)"
_AROUND = r"[\s()\[\]<>「」{}]{0,2}"
_MAIL = Gate(
    rf"(?<![a-z0-9._%+\-])[a-z0-9][a-z0-9._%+\-]{{0,63}}\s{{0,2}}{_AT}\s{{0,2}}[a-z0-9\-]{{1,40}}\s{{0,2}}(?:{_DOT}\s{{0,2}}[a-z0-9\-]{{2,20}}\s{{0,2}}){{1,4}}"
)
# Around the @ and the dot in words: 「のあと」, brackets, a name for the dot.
_MAIL_ALOUD = Gate(
    rf"(?:@|\(at\)|アットマーク|アトマーク|アット|あっとまく)[^。\n]{{0,20}}?(?:\.|ドット|点|テン|ポチ|ぽつ){_AROUND}{_TOP}(?![a-z])"
    rf"|[a-z0-9]{_AROUND}(?:@|アットマーク|アトマーク|アット)[^。\na-z]{{0,8}}(?:example|gmail|yahoo|icloud)"
)
_MAIL_LOOSE = Gate(
    rf"{_AT}\s{{0,2}}(?:example|gmail|yahoo|docomo|ezweb|au|softbank|icloud|outlook|hotmail|proton|ジーメール|ヤフー|イグザンプル|エグザンプル|グーグル|gメール)"
    rf"|(?<![a-z0-9])[a-z0-9]{{3,30}}a(?:example|gmail|yahoo|icloud)\.[a-z]{{2,}}|(?<![a-z0-9./])[a-z0-9][a-z0-9._\-]{{1,30}}[^a-z0-9/\s]{{0,2}}\s?(?:gmail|yahoo|icloud|example)\s?(?:\.|ドット|どっと)\s?(?:com|jp|co|コム|ジェーピー|ne)"
)
_HANDLE = Gate(r"(?<![a-z0-9.])@[a-z0-9_][a-z0-9_.]{2,30}(?!\.(?:jp|com))")
# Not the short numbers of public lines: police, ambulance, children's doctors, women's help.
_TAG = Gate(r"[a-z0-9_.ぁ-ゖ一-鿿]{2,20}#(?!9110|7119|8000|8008|8891|8778|9999)[0-9]{4}(?![0-9])")
_ID_WORD = r"(?:id|アイディー|アイデー|アイディ|あいでー|ユーザー?名|ユーザーネーム|ハンドル|アカウント名?|アカ名?|垢|検索名|フレンドコード|ニックネーム|スカイプ名|の名前)"
_HAS_ID = Gate(
    rf"{APPS}(?:の|は|で|→|:|、|\s)*(?:{_ID_WORD})?(?:は|が|→|:|=|、|だよ|です|の|も|\s|で|を)*(?<![a-z0-9])(?=[a-z0-9_.\-]{{0,40}}[a-z])(?=[a-z_.\-]{{0,40}}[0-9_.]){_NAME}"
    rf"|(?:{_ID_WORD})(?:は|が|→|:|=|、|の|も|\s|最初が|です)*(?<![a-z0-9])(?=[a-z0-9_.\-]{{0,40}}[a-z])(?=[a-z_.\-]{{0,40}}[0-9_.])[a-z0-9][a-z0-9._\-]{{3,40}}"
    rf"|(?:{_ID_WORD}|{APPS})[^a-z0-9。\n]{{0,24}}(?:→|⇒|:|小文字で)\s?[「『]?(?=[a-z_.\-]{{0,40}}[0-9])[a-z][a-z0-9._\-]{{3,40}}"
    rf"|(?:{APPS})(?:の)?{_ID_WORD}(?:は|が|→|:|、|\s)*[a-z][a-z0-9._\-]{{3,40}}"
)
# What nobody writes but as a name for an account: letters, a low line and digits.
_LOW_LINE = Gate(
    r"(?<![a-z0-9_./\-@=])(?=[a-z0-9.]{1,20}_)(?=[a-z_.]{1,30}[0-9])[a-z][a-z0-9_.]{5,30}(?<!\.)(?![a-z0-9_/\-]|\.(?:jpe?g|png|gif|txt|csv|zip|mp[34]|pdf|dat))"
)
_ELSEWHERE = r"(?:steam|スチーム|pixiv|ピクシブ|note|メルカリ|amazon|アマゾン|ヤフオク|paypay|ペイ|psn|プレステ|スイッチ|ニコニコ|ニコ動|なろう|カクヨム|spotify|ツイキャス|ポコチャ|bereal|vrchat|原神|uid|ブロスタ|クラロワ|フォートナイト|youtube|ユーチューブ)"
_ELSEWHERE_ID = Gate(
    rf"{_ELSEWHERE}[^a-z0-9。\n]{{0,10}}[「『(]?(?<![a-z0-9])(?=[a-z0-9_.\-]{{0,30}}[a-z])(?=[a-z_.\-]{{0,30}}[0-9])[a-z][a-z0-9._\-]{{4,30}}"
)
_NAME_THEN_APP = Gate(
    rf"(?<![a-z0-9])(?=[a-z0-9_.]{{0,30}}[0-9_])[a-z][a-z0-9_.]{{3,30}}\s?(?:で|って|を|に)?(?:{APPS})?(?:で)?(?:検索|追加|フォロー|登録|さがし|探し|申請|友だち追加)"
)
_LETTERS_ALOUD = "えー びー しー でぃー いー えふ じー えいち えっち あい じぇー けー える えむ えぬ おー ぴー きゅー あーる えす てぃー ゆー ぶい だぶりゅー えっくす わい ぜっと"
_SPELLED_ALOUD = Gate(
    rf"(?:アイディー|アイディ|アイデー|id|アドレス|アカウント|ユーザー名|メール|{APPS})[^。]{{0,8}}?(?:は|が|、|の|を|って)(?![0-9]{{1,8}}[^0-9a-z_ぁ-ゖ])(?:{'|'.join(_LETTERS_ALOUD.split())}|[a-z0-9]|アンダー?バー|ハイフン|数字の|あっとまー?く|どっと|ドット){{3,30}}"
)
_LINK = Gate(
    r"(?:https?://|www\.)?(?:line\.me|lin\.ee|discord\.gg|discord\.com/invite|t\.me|twitter\.com|x\.com|instagram\.com|open\.kakao\.com|wa\.me|facebook\.com|tiktok\.com)/[a-z0-9_\-./?=@+~]{2,60}"
)

KINDS = (
    *((one, "メールアドレスのように読めます。") for one in (_MAIL, _MAIL_ALOUD, _MAIL_LOOSE)),
    *(
        (one, "ほかの場所のアカウントやIDのように読めます。")
        for one in (_HANDLE, _TAG, _HAS_ID, _ELSEWHERE_ID, _LOW_LINE, _NAME_THEN_APP, _SPELLED_ALOUD, _LINK)
    ),
)
