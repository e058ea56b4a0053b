/** A telephone number as a screen may show it: three digits, four stars, two digits (130****17), no country code. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/^\+86/, '').replace(/\D/g, '');
  return `${digits.slice(0, 3)}****${digits.slice(-2)}`;
}
