// The few emoji short names that the desk and people are likely to type.

const SIGNS = {
  eyes: "👀", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", lock: "🔒", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", alarm_clock: "⏰", clock3: "🕒", fire: "🔥", rotating_light: "🚨", bell: "🔔", no_bell: "🔕",
  memo: "📝", pencil: "✏️", pencil2: "✏️", speech_balloon: "💬", envelope: "✉️", incoming_envelope: "📨", inbox_tray: "📥",
  outbox_tray: "📤", camera: "📷", frame_with_picture: "🖼️", link: "🔗", star: "⭐", tada: "🎉", wave: "👋", thumbsup: "👍", "+1": "👍",
  thumbsdown: "👎", "-1": "👎", heart: "❤️", pray: "🙏", clap: "👏", raised_hand: "✋", point_right: "👉", large_blue_circle: "🔵",
  red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", white_circle: "⚪", black_circle: "⚫",
  mag: "🔍", bulb: "💡", gear: "⚙️", wastebasket: "🗑️", arrow_right: "➡️", leftwards_arrow_with_hook: "↩️", repeat: "🔁",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", question: "❓", exclamation: "❗", information_source: "ℹ️", no_entry: "⛔",
  calendar: "📅", chart_with_upwards_trend: "📈", bar_chart: "📊", phone: "☎️", telephone_receiver: "📞", iphone: "📱", smile: "😄",
  slightly_smiling_face: "🙂", disappointed: "😞", angry: "😠", sob: "😭", thinking_face: "🤔", seedling: "🌱", ocean: "🌊", zap: "⚡",
};

/** Return the emoji of a short name, or nothing. */
export const sign = (name) => SIGNS[name];

/** Replace the short names in a text by their emoji. */
export const withSigns = (text) => String(text).replace(/:([a-z0-9_+-]+):/g, (whole, name) => SIGNS[name] ?? whole);
