/** A ring of one second in four while something rings, and the spoken text read out, both only after the sound was switched on. */
export function soundBox() {
  let context = null;
  let ringing = false;
  let spokenTo = '';
  setInterval(() => {
    if (ringing && context !== null) ring(context);
  }, 4000);
  return {
    get on() {
      return context !== null;
    },
    toggle() {
      if (context === null) context = new AudioContext();
      else {
        void context.close();
        context = null;
        globalThis.speechSynthesis?.cancel();
      }
    },
    /** Says whether any phone rings. */
    ringing(now) {
      if (now && !ringing && context !== null) ring(context);
      ringing = now;
    },
    /** Reads out what the one conversation says; `id` changes with each new text. */
    speak(id, text, language) {
      if (context === null || id === spokenTo || globalThis.speechSynthesis === undefined) return;
      spokenTo = id;
      speechSynthesis.cancel();
      if (text === '') return;
      const speech = new SpeechSynthesisUtterance(text);
      speech.lang = language;
      speechSynthesis.speak(speech);
    },
  };
}

function ring(context) {
  const volume = context.createGain();
  volume.gain.value = 0.06;
  volume.connect(context.destination);
  for (const hertz of [440, 480]) {
    const tone = context.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(volume);
    tone.start();
    tone.stop(context.currentTime + 1);
  }
}
