/** Whether somebody's words, spoken within a drill, would say that it is none: people would act on them. */
export const deniesDrill = (text: string): boolean =>
  /(?:不是|并非|非|不属于)(?:一次|一场)?演[练习]|\b(?:not\s+an?|no)\s+(?:drill|exercise)\b/iu.test(
    text.normalize('NFKC').replaceAll(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, ''),
  );

/** Why such words are refused. */
export const DENIES = 'says that it is no drill: people would act on it';
