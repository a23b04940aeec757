"""Password blocklist: common passwords in English and Indonesian."""

_WORDS = """
123456789 1234567890 12345678 1234567 123456 12345 123123 111111 000000 654321 666666 696969 112233
121212 987654321 1q2w3e4r5t 1q2w3e4r 1qaz2wsx 2wsx3edc qazwsx qwertyuiop qwertyui qwerty asdfghjkl
asdfgh zxcvbnm zxcvbn poiuytrewq lkjhgfdsa mnbvcxz password passw0rd p@ssw0rd p@ssword pa55word
passphrase letmein welcome login admin administrator root master dragon monkey shadow superman batman
football baseball basketball soccer sunshine princess iloveyou trustno1 whatever freedom starwars
pokemon michael jordan harley hunter ranger buster killer summer winter spring autumn changeme default
secret test guest access flower hello charlie donald google facebook instagram whatsapp computer
internet samsung abc123 abcdef abcdefg abcdefgh abcd1234 a1b2c3 qwe123 asd123 zaq12wsx
katasandi sandi rahasia bismillah alhamdulillah assalamualaikum indonesia merdeka pancasila garuda
jakarta surabaya bandung medan makassar semarang sidoarjo persija persib arema sayang sayangku cinta
cintaku akusayangkamu iloveu kamu anjing kucing bunga mawar melati matahari bintang doraemon naruto
jancok bangsat sukses semangat keluarga mama papa ibu bapak ayah bunda polisi polri polres polresta
polsek polda brimob bhabinkamtibmas binmas rastrasewakottama presisi kamtibmas kemitraan siskamling
"""

COMMON = frozenset(_WORDS.split())
