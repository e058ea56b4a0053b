#!/bin/sh
# Makes every secret that docker-compose.yml names, each in a file of its own under data/compose (or the folder given).
# Those that are there stay: run it again after an upgrade that needs another one.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-data/compose}
BROKER_IMAGE=eclipse-mosquitto:2.0.22

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# The folder keeps others of this machine out; the containers, which run as other users, read the files in it.
chmod 700 "$folder"
umask 022

# 32 random bytes, in hexadecimal: safe in an address.
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
# Under another name first: a file that is there is whole.
keep() {
  [ -s "$folder/$1" ] && return
  cat >"$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "made $1"
}

for name in database-password database-app-password mqtt-password mqtt-device-password carrier-key metrics-token; do
  random | keep "$name"
done
# 32 bytes, for what is sealed in the database: without it second factors are lost. Copy it off this machine.
random | keep secret-key

value() { cat "$folder/$1"; }
echo "postgresql://tailwatch_app:$(value database-app-password)@database:5432/tailwatch" | keep database-url
echo "postgresql://tailwatch:$(value database-password)@database:5432/tailwatch" | keep database-owner-url
echo "mqtt://tailwatch:$(value mqtt-password)@broker:1883" | keep mqtt-url
printf -- '-u tailwatch\n-P %s\n' "$(value mqtt-password)" | keep mosquitto_sub

# The broker keeps hashes only.
if [ ! -s "$folder/mosquitto-passwords" ]; then
  hashing=$folder/hashing
  rm -rf "$hashing"
  mkdir "$hashing"
  printf 'tailwatch:%s\ninstruments:%s\n' "$(value mqtt-password)" "$(value mqtt-device-password)" >"$hashing/passwords"
  if command -v mosquitto_passwd >/dev/null; then
    mosquitto_passwd -U "$hashing/passwords"
  else
    docker run --rm -v "$hashing:/hashing" "$BROKER_IMAGE" mosquitto_passwd -U /hashing/passwords
  fi
  chmod 644 "$hashing/passwords"
  mv "$hashing/passwords" "$folder/mosquitto-passwords"
  rm -rf "$hashing"
  echo "made mosquitto-passwords"
fi
echo "Instruments sign in to the broker as \"instruments\", with the password in $folder/mqtt-device-password."
