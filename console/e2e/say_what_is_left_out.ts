import { CHROMIUM, LEFT_OUT } from "./browser.ts";

export default function sayWhatIsLeftOut(): void {
  if (!CHROMIUM) process.stderr.write(`${LEFT_OUT}\n`);
}
