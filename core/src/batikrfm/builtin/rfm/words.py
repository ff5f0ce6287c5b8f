"""What each segment is called, what it means and what to do about it, said to the owner of a batik shop."""

from __future__ import annotations

from batikrfm.sdk.segmentation import Segment
from batikrfm.sdk.text import Text

CHAMPIONS = Segment(
    key="champions",
    name=Text(id="Juara", en="Champions"),
    meaning=Text(
        id="Belum lama ini belanja, sering datang, dan belanjanya paling banyak. Toko Anda bersandar pada mereka.",
        en="They bought not long ago, come often and spend the most. Your shop leans on them.",
    ),
    action=Text(
        id="Ucapkan terima kasih dan tunjukkan motif baru kepada mereka lebih dulu. Tidak perlu diskon, cukup perhatian.",
        en="Say thank you and let them see new motifs before anyone else. No discount needed, just attention.",
    ),
)

LOYAL = Segment(
    key="loyal",
    name=Text(id="Setia", en="Loyal"),
    meaning=Text(
        id="Sudah berkali-kali belanja dan masih rajin kembali.",
        en="They have bought many times and keep coming back.",
    ),
    action=Text(
        id="Tawarkan padanan dari yang pernah dibeli, misalnya selendang untuk kainnya, dan ajak mengenalkan toko Anda kepada teman.",
        en="Offer something that goes with what they have, a shawl to match the cloth, and ask them to tell a friend about your shop.",
    ),
)

PROMISING_OR_NEW = Segment(
    key="promising",
    name=Text(id="Menjanjikan", en="Promising"),
    meaning=Text(
        id="Belanjanya belum lama, tetapi baru sedikit. Banyak di antaranya masih berkenalan dengan toko Anda.",
        en="They bought lately but only a little so far. Many are still getting to know your shop.",
    ),
    action=Text(
        id="Ceritakan asal motif yang mereka beli dan beri satu alasan kecil untuk belanja lagi bulan ini.",
        en="Tell them the story of the motif they bought and give them one small reason to buy again this month.",
    ),
)

AT_RISK = Segment(
    key="at_risk",
    name=Text(id="Hampir Pergi", en="At risk"),
    meaning=Text(
        id="Dulu cukup sering belanja, tetapi sudah lama tidak kelihatan.",
        en="They used to buy quite often, but you have not seen them for a while.",
    ),
    action=Text(
        id="Sapa secara pribadi dan tanyakan kabarnya, lalu kirim pilihan yang mirip kesukaan mereka dengan tawaran berbatas waktu.",
        en="Write to them personally, ask how they are, then show pieces like the ones they loved with an offer that ends on a date.",
    ),
)

LOST = Segment(
    key="lost",
    name=Text(id="Sudah Pergi", en="Lost"),
    meaning=Text(
        id="Sudah lama sekali tidak belanja, dan dulu pun hanya sesekali.",
        en="They have not bought for a very long time, and even then only now and again.",
    ),
    action=Text(
        id="Cukup satu sapaan ringan di hari besar. Jika tidak ada jawaban, simpan tenaga Anda untuk pelanggan lain.",
        en="One light greeting on a big holiday is enough. If nothing comes back, save your effort for others.",
    ),
)

POTENTIAL_LOYALIST = Segment(
    key="potential_loyalist",
    name=Text(id="Calon Setia", en="Potential loyalists"),
    meaning=Text(
        id="Baru-baru ini belanja dan sudah mulai berulang. Sedikit lagi menjadi pelanggan setia.",
        en="They bought lately and have begun to repeat. A little more and they are loyal.",
    ),
    action=Text(
        id="Ajak menjadi pelanggan tetap, misalnya dengan bonus kecil pada pembelian berikutnya.",
        en="Invite them to become regulars, for example with a small extra on the next purchase.",
    ),
)

NEW = Segment(
    key="new",
    name=Text(id="Baru Kenal", en="New"),
    meaning=Text(
        id="Baru saja belanja, kebanyakan untuk pertama kali.",
        en="They bought just now, most of them for the first time.",
    ),
    action=Text(
        id="Sambut dengan hangat, kirim cara merawat kain batiknya, dan tanyakan apakah pesanannya memuaskan.",
        en="Welcome them warmly, send tips on caring for batik and ask whether the order was right.",
    ),
)

PROMISING = Segment(
    key="promising",
    name=Text(id="Menjanjikan", en="Promising"),
    meaning=Text(
        id="Belum lama ini belanja sedikit, mungkin masih coba-coba.",
        en="They bought a little not long ago, perhaps just to try.",
    ),
    action=Text(
        id="Tunjukkan motif yang paling disukai pembeli lain supaya mereka mau mencoba sekali lagi.",
        en="Show the motifs that other buyers like best so that they try once more.",
    ),
)

NEED_ATTENTION = Segment(
    key="need_attention",
    name=Text(id="Perlu Disapa", en="Need attention"),
    meaning=Text(
        id="Belanjanya lumayan, tetapi akhir-akhir ini tidak ada kabar.",
        en="They buy a fair amount, but it has been quiet of late.",
    ),
    action=Text(
        id="Ingatkan dengan ramah: kabarkan apa yang baru sejak terakhir kali mereka belanja.",
        en="Remind them kindly: tell them what is new since they last bought.",
    ),
)

ABOUT_TO_SLEEP = Segment(
    key="about_to_sleep",
    name=Text(id="Mulai Jarang", en="About to sleep"),
    meaning=Text(
        id="Belanjanya sedikit dan mulai jarang. Sebentar lagi bisa lupa.",
        en="They bought little and are coming less. Soon they may forget you.",
    ),
    action=Text(
        id="Kirim sapaan singkat dengan barang yang harganya ringan, selagi mereka masih ingat toko Anda.",
        en="Send a short hello with something that is easy to afford while they still remember your shop.",
    ),
)

HIBERNATING = Segment(
    key="hibernating",
    name=Text(id="Lama Tak Datang", en="Hibernating"),
    meaning=Text(
        id="Dulu belanja sedikit dan sudah lama tidak kembali.",
        en="They bought a little once and have been away for long.",
    ),
    action=Text(
        id="Undang kembali di waktu yang pas, misalnya menjelang Lebaran atau Hari Batik.",
        en="Invite them back when the time is right, before Lebaran or on Batik Day.",
    ),
)

CANT_LOSE = Segment(
    key="cant_lose",
    name=Text(id="Jangan Sampai Lepas", en="Can't lose them"),
    meaning=Text(
        id="Dulu termasuk pembeli terbaik Anda, sekarang lama tidak kembali.",
        en="They were among your very best buyers and have now been away for long.",
    ),
    action=Text(
        id="Hubungi sendiri, satu per satu. Tanyakan apa yang kurang, dan beri alasan istimewa untuk kembali.",
        en="Contact them yourself, one by one. Ask what was missing and give them a special reason to return.",
    ),
)
