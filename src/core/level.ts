/** Warning levels from mild to grave: 蓝 blue, 黄 yellow, 橙 orange, 红 red. */
export const WARNING_LEVELS = ['blue', 'yellow', 'orange', 'red'] as const;
export type WarningLevel = (typeof WARNING_LEVELS)[number];

/** Every level in order of gravity; `normal` is the absence of a warning, never the absence of data. */
export const LEVELS = ['normal', ...WARNING_LEVELS] as const;
export type Level = (typeof LEVELS)[number];

/** Place of a level in the order, 0 for `normal` to 4 for `red`. */
export const rank = (level: Level): number => LEVELS.indexOf(level);

export const isGraver = (a: Level, b: Level): boolean => rank(a) > rank(b);
const graver = (a: Level, b: Level): Level => (isGraver(a, b) ? a : b);

/** The gravest of some levels; `normal` for none. */
export const gravest = (levels: Iterable<Level>): Level => {
  let worst: Level = 'normal';
  for (const level of levels) worst = graver(worst, level);
  return worst;
};
