#!/bin/sh
# Makes the time stamps of this folder anew with openssl 3: authorities of every kind over the last checkpoint of ../dossier.zip.
# Private keys stay in a scratch folder that is thrown away.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$(mktemp -d)"
python3 -c "import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read('checkpoints/12.txt'))" "$here/../dossier.zip" > 12.txt
printf '01\n' > serial
cat > tsa.cnf <<'C'
[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[stamping]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
[uncritical]
extendedKeyUsage = timeStamping
[several]
extendedKeyUsage = critical,timeStamping,codeSigning
[old]
database = index
new_certs_dir = .
default_md = sha256
policy = any
rand_serial = yes
[any]
commonName = supplied
[bare]
keyUsage = critical,digitalSignature
C
key() { case $2 in rsa) openssl genrsa -out "$1.key" 2048;; *) openssl ecparam -genkey -name "$2" -noout -out "$1.key";; esac 2>/dev/null; }
# name, key, issuer or self, extensions, days, subject
cert() {
  key "$1" "$2"
  openssl req -new -key "$1.key" -subj "$6" -config tsa.cnf -out "$1.csr"
  if [ "$3" = self ]; then set -- "$1" "$2" "-signkey $1.key" "$4" "$5"; else set -- "$1" "$2" "-CA $3.pem -CAkey $3.key -CAcreateserial" "$4" "$5"; fi
  # shellcheck disable=SC2086
  openssl x509 -req -in "$1.csr" $3 -days "$5" -sha256 -extfile tsa.cnf -extensions "$4" -out "$1.pem" 2>/dev/null
}
cert root secp384r1 self ca 7300 "/C=FR/O=Essai/CN=Racine d'essai"
cert middle rsa root ca 7300 "/C=FR/O=Essai/CN=Intermediaire d'essai"
cert stranger rsa self ca 7300 "/CN=Une autre racine"
cert ec prime256v1 middle stamping 7300 "/C=FR/O=Essai/CN=Horodatage EC"
cert rsa rsa root stamping 7300 "/C=FR/O=Essai/CN=Horodatage RSA"
cert self rsa self stamping 7300 "/CN=Horodatage sans autorite"
cert foreign rsa stranger stamping 7300 "/CN=Horodatage d'un autre"
key expired rsa
openssl req -new -key expired.key -subj "/CN=Horodatage echu" -config tsa.cnf -out expired.csr
: > index
openssl ca -batch -config tsa.cnf -name old -startdate 20200101000000Z -enddate 20210101000000Z -in expired.csr \
  -cert root.pem -keyfile root.key -extensions stamping -notext -out expired.pem 2>/dev/null
cert uncritical rsa root uncritical 7300 "/CN=Usage pas critique"
cert several rsa root several 7300 "/CN=Plusieurs usages"
cert bare rsa root bare 7300 "/CN=Sans usage"
cp root.pem "$here/root.pem"
cp stranger.pem "$here/stranger.pem"
cp self.pem "$here/self.pem"
cp rsa.pem "$here/rsa.pem"
openssl ts -query -data 12.txt -sha256 -cert -out with.tsq 2>/dev/null
openssl ts -query -data 12.txt -sha256 -out without.tsq 2>/dev/null
# name, query, signer, chain, kind of signingCertificate
stamp() {
  openssl ts -reply -config tsa.cnf -queryfile "$2" -signer "$3.pem" -inkey "$3.key" -chain "$4" -out "$here/$1.tsr" \
    -section own 2>/dev/null || { echo "$1: openssl ts refuses"; return 1; }
}
printf 'ess_cert_id_alg = sha256\n' > alg
sed '/^tsa_name/r alg' tsa.cnf > v2.cnf; cp tsa.cnf v1.cnf
cp v2.cnf tsa.cnf; cat middle.pem root.pem > chain.pem; stamp ec with.tsq ec chain.pem
cp v1.cnf tsa.cnf; cat root.pem > chain.pem; stamp rsa with.tsq rsa chain.pem
stamp absent without.tsq rsa chain.pem
stamp self with.tsq self self.pem
stamp foreign with.tsq foreign stranger.pem
# What openssl refuses to stamp with is signed as CMS by hand, and wrapped as an answer.
info() {
  openssl ts -reply -in "$here/$1.tsr" -token_out -out token 2>/dev/null
  openssl cms -verify -noverify -inform DER -in token -out info 2>/dev/null
}
hand() {
  openssl cms -sign -binary -nodetach -in info -econtent_type 1.2.840.113549.1.9.16.1.4 -md sha256 -signer "$2.pem" \
    -inkey "$2.key" -outform DER -out token $3
  { printf '\060\202'; n=$(($(wc -c < token) + 5)); printf "$(printf '\\%03o\\%03o' $((n / 256)) $((n % 256)))"
    printf '\060\003\002\001\000'; cat token; } > "$here/$1.tsr"
}
info rsa; hand named ec "-cades -certfile middle.pem"
sed 's/^tsa_name = yes/tsa_name = no/' v1.cnf > tsa.cnf; stamp plain with.tsq rsa chain.pem; info plain; rm "$here/plain.tsr"
for name in expired uncritical several bare; do hand "$name" "$name" -cades; done
hand hand ec "-cades -certfile middle.pem"
hand pss rsa "-cades -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:-1"
hand salt rsa "-cades -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:64"
hand unnamed rsa ""
