import type { ComponentChildren, JSX } from 'preact';

interface BannerProps {
  readonly title: string;
  readonly detail?: string;
  readonly loud?: boolean;
  readonly children?: ComponentChildren;
}

/** The title is announced once; the detail ticks, and would be read out every second. */
export function Banner({ title, detail, loud = false, children }: BannerProps): JSX.Element {
  return (
    <div class={`banner ${loud ? 'banner-loud' : 'banner-standing'}`}>
      <strong role={loud ? 'alert' : 'status'}>{title}</strong>
      {detail !== undefined && <span>{detail}</span>}
      {children}
    </div>
  );
}
