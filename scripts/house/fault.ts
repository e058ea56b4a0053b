/** Something in the tree that breaks a rule of the house. */
export interface Fault {
  /** The rule as a name that reads as a sentence: `core-imports-nothing`. */
  readonly rule: string;
  /** Path from the repository's top, with `/`. */
  readonly path: string;
  /** 1 for the first line. */
  readonly line: number;
  readonly message: string;
}

/** One line, in the form that editors turn into a link. */
export const faultLine = (fault: Fault): string => `${fault.path}:${fault.line}  ${fault.rule}: ${fault.message}`;
