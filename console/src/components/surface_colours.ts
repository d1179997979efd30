/** Cloudscape's tokens under names that our style sheet can use; their own change with every release. */

import * as tokens from "@cloudscape-design/design-tokens";

const NAMES = {
  "--sky-page": tokens.colorBackgroundLayoutMain,
  "--sky-surface": tokens.colorBackgroundContainerContent,
  "--sky-border": tokens.colorBorderDividerDefault,
  "--sky-divider": tokens.colorBorderDividerSecondary,
  "--sky-text": tokens.colorTextBodyDefault,
  "--sky-text-secondary": tokens.colorTextBodySecondary,
  "--sky-hover": tokens.colorBackgroundDropdownItemHover,
  "--sky-selected": tokens.colorBackgroundItemSelected,
  "--sky-focus": tokens.colorBorderItemFocused,
  "--sky-input": tokens.colorBackgroundInputDefault,
  "--sky-input-border": tokens.colorBorderInputDefault,
  "--sky-code": tokens.colorBackgroundCodeView,
} as const;

/** Sets them on the body, where Cloudscape sets its mode: they are read anew when it changes. */
export function nameSurfaceColours(): void {
  for (const [name, token] of Object.entries(NAMES)) document.body.style.setProperty(name, token);
}
