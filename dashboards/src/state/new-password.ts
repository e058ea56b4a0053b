/** Characters that a password must have at least. */
export const PASSWORD_LENGTH = 12;

/** What is wrong with a password that somebody chooses and types twice. */
export function newPasswordFault(
  password: string,
  again: string,
): 'password/too-short' | 'password/differs' | undefined {
  if (password.length < PASSWORD_LENGTH) return 'password/too-short';
  return password === again ? undefined : 'password/differs';
}
