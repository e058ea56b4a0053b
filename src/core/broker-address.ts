/** Where an MQTT broker is, and who we are there. */
export interface BrokerAddress {
  /** Without user and password. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/**
 * Takes user and password, percent-decoded, out of an MQTT URL. Left in it, the MQTT library would cut them apart only
 * after decoding, so that a password that holds a colon would lose all that follows it.
 */
export function brokerAddress(mqttUrl: string): BrokerAddress {
  const url = new URL(mqttUrl);
  const username = decoded(url.username);
  const password = decoded(url.password);
  url.username = '';
  url.password = '';
  return { url: url.href, ...(username !== '' && { username }), ...(password !== '' && { password }) };
}

/** A percent sign that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
