/** Whether we can see the sensor at all. A separate truth from its level: blindness never lowers a level. */
export const VISIBILITIES = ['seen', 'doubtful', 'blind'] as const;
export type Visibility = (typeof VISIBILITIES)[number];
