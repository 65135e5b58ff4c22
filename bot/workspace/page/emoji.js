// Knows the short names of the emoji that people use most; a name it does not know is shown as it was written.

import { h } from "./dom.js";

const NAMES = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 satisfied 😆 sweat_smile 😅 rolling_on_the_floor_laughing 🤣 joy 😂
slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 smiling_face_with_3_hearts 🥰 heart_eyes 😍
star-struck 🤩 kissing_heart 😘 relaxed ☺️ yum 😋 stuck_out_tongue 😛 hugging_face 🤗 face_with_hand_over_mouth 🤭
shushing_face 🤫 thinking_face 🤔 zipper_mouth_face 🤐 face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑
no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴
mask 😷 face_with_thermometer 🤒 nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 dizzy_face 😵
exploding_head 🤯 partying_face 🥳 sunglasses 😎 nerd_face 🤓 confused 😕 worried 😟 slightly_frowning_face 🙁
white_frowning_face ☹️ open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺 frowning 😦 anguished 😧
fearful 😨 cold_sweat 😰 disappointed_relieved 😥 cry 😢 sob 😭 scream 😱 confounded 😖 persevere 😣 disappointed 😞
sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 face_with_symbols_on_mouth 🤬 smiling_imp 😈
skull 💀 hankey 💩 poop 💩 clown_face 🤡 ghost 👻 alien 👽 robot_face 🤖 melting_face 🫠 saluting_face 🫡
smiling_face_with_tear 🥲
wave 👋 raised_hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_up_2 👆 point_down 👇
point_up ☝️ +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝
pray 🙏 writing_hand ✍️ muscle 💪 eyes 👀 eye 👁️ ear 👂 brain 🧠 speaking_head_in_silhouette 🗣️ bust_in_silhouette 👤
busts_in_silhouette 👥 man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️ shrug 🤷 face_palm 🤦 raising_hand 🙋 ok_woman 🙆
no_good 🙅 bow 🙇 technologist 🧑‍💻 baby 👶 family 👪 runner 🏃 walking 🚶 dancer 💃
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍
broken_heart 💔 two_hearts 💕 sparkling_heart 💖 heartbeat 💓 gift_heart 💝 100 💯 anger 💢 boom 💥 collision 💥 dizzy 💫
sweat_drops 💦 dash 💨 speech_balloon 💬 thought_balloon 💭 zzz 💤 kiss 💋
dog 🐶 cat 🐱 mouse 🐭 fox_face 🦊 bear 🐻 panda_face 🐼 tiger 🐯 lion_face 🦁 cow 🐮 pig 🐷 frog 🐸 monkey_face 🐵
see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 unicorn_face 🦄 bee 🐝 bug 🐛
butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 whale 🐳 dolphin 🐬 fish 🐟 elephant 🐘 sunflower 🌻 rose 🌹 tulip 🌷
bouquet 💐 four_leaf_clover 🍀 evergreen_tree 🌲 palm_tree 🌴 cactus 🌵 fallen_leaf 🍂 earth_africa 🌍 full_moon 🌕
star ⭐ star2 🌟 sparkles ✨ zap ⚡ fire 🔥 rainbow 🌈 sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️
thunder_cloud_and_rain ⛈️ snowflake ❄️ snowman ⛄ umbrella ☔ ocean 🌊 droplet 💧
apple 🍎 banana 🍌 lemon 🍋 strawberry 🍓 avocado 🥑 tomato 🍅 bread 🍞 cheese_wedge 🧀 egg 🥚 hamburger 🍔 fries 🍟
pizza 🍕 hotdog 🌭 taco 🌮 ramen 🍜 sushi 🍣 fried_shrimp 🍤 meat_on_bone 🍖 icecream 🍦 doughnut 🍩 cookie 🍪 cake 🍰
birthday 🎂 chocolate_bar 🍫 popcorn 🍿 coffee ☕ tea 🍵 beer 🍺 wine_glass 🍷 champagne 🍾 clinking_glasses 🥂
tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 sports_medal 🏅 first_place_medal 🥇 soccer ⚽ basketball 🏀
video_game 🎮 dart 🎯 game_die 🎲 art 🎨 guitar 🎸 musical_note 🎵 headphones 🎧 microphone 🎤 clapper 🎬 camera 📷 tv 📺
computer 💻 keyboard ⌨️ iphone 📱 telephone_receiver 📞 phone ☎️ battery 🔋 electric_plug 🔌 bulb 💡 flashlight 🔦
moneybag 💰 money_with_wings 💸 dollar 💵 euro 💶 pound 💷 credit_card 💳 receipt 🧾 gem 💎 scales ⚖️ wrench 🔧 hammer 🔨
hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 link 🔗 paperclip 📎 scissors ✂️ pushpin 📌 round_pushpin 📍
triangular_flag_on_post 🚩 white_flag 🏳️ checkered_flag 🏁 mag 🔍 mag_right 🔎 lock 🔒 unlock 🔓 key 🔑 bell 🔔
no_bell 🔕 loudspeaker 📢 mega 📣 hourglass ⌛ hourglass_flowing_sand ⏳ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️
clock1 🕐 clock3 🕒 clock9 🕘 watch ⌚ calendar 📅 date 📅 spiral_calendar_pad 🗓️ memo 📝 pencil 📝 pencil2 ✏️ book 📖
books 📚 bookmark 🔖 clipboard 📋 bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 file_folder 📁
open_file_folder 📂 card_index_dividers 🗂️ page_facing_up 📄 newspaper 📰 package 📦 inbox_tray 📥 outbox_tray 📤
email 📧 envelope ✉️ incoming_envelope 📨 envelope_with_arrow 📩 mailbox 📫 postbox 📮 label 🏷️ ticket 🎫
shopping_trolley 🛒 shopping_bags 🛍️ wastebasket 🗑️ door 🚪 bed 🛏️ toilet 🚽 shower 🚿 pill 💊 syringe 💉
crystal_ball 🔮 shield 🛡️ crown 👑 tophat 🎩 eyeglasses 👓 handbag 👜 briefcase 💼 luggage 🧳
airplane ✈️ airplane_departure 🛫 airplane_arriving 🛬 rocket 🚀 helicopter 🚁 car 🚗 taxi 🚕 bus 🚌 truck 🚚
articulated_lorry 🚛 ambulance 🚑 fire_engine 🚒 police_car 🚓 bike 🚲 train 🚋 bullettrain_side 🚄 ship 🚢 boat ⛵
anchor ⚓ construction 🚧 fuelpump ⛽ vertical_traffic_light 🚦 rotating_light 🚨 house 🏠 office 🏢 department_store 🏬
factory 🏭 hospital 🏥 hotel 🏨 school 🏫 tent ⛺ beach_with_umbrella 🏖️ desert_island 🏝️ mountain ⛰️ world_map 🗺️
statue_of_liberty 🗽
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎
heavy_plus_sign ➕ heavy_minus_sign ➖ exclamation ❗ heavy_exclamation_mark ❗ question ❓ grey_question ❔
grey_exclamation ❕ bangbang ‼️ interrobang ⁉️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 sos 🆘 new 🆕
free 🆓 ok 🆗 cool 🆒 up 🆙 information_source ℹ️ red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡
large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 black_circle ⚫ white_circle ⚪ large_red_square 🟥
large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 black_large_square ⬛
white_large_square ⬜ small_red_triangle 🔺 small_red_triangle_down 🔻 large_orange_diamond 🔶 large_blue_diamond 🔷
small_orange_diamond 🔸 small_blue_diamond 🔹 arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️
arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_right_hook ↪️ leftwards_arrow_with_hook ↩️
arrows_counterclockwise 🔄 repeat 🔁 fast_forward ⏩ rewind ⏪ arrow_forward ▶️ double_vertical_bar ⏸️
black_square_for_stop ⏹️ recycle ♻️ infinity ♾️ copyright ©️ registered ®️ tm ™️ zero 0️⃣ one 1️⃣ two 2️⃣
three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 hash #️⃣ flag-de 🇩🇪 flag-fr 🇫🇷
flag-gb 🇬🇧 flag-us 🇺🇸 flag-es 🇪🇸 flag-it 🇮🇹 flag-eu 🇪🇺
`;

const words = NAMES.trim().split(/\s+/);
const EMOJI = new Map(words.flatMap((name, index) => (index % 2 ? [] : [[name, words[index + 1]]])));
const SKIN_TONES = ["\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"];

/** The character for a name like "wave" or "wave::skin-tone-3", or undefined. */
export function emojiOf(name) {
  const [base, tone] = name.split("::skin-tone-");
  const character = EMOJI.get(base);
  return character && tone ? character + (SKIN_TONES[Number(tone) - 2] ?? "") : character;
}

/** An element for the name, or its text between colons. */
export function drawEmoji(name) {
  const character = emojiOf(name);
  return character ? h("span.emoji", { role: "img", "aria-label": name, title: `:${name}:` }, character) : `:${name}:`;
}

/** Names that hold the word, those beginning with it first. */
export function searchEmoji(word, limit = 40) {
  const found = [...EMOJI].filter(([name]) => name.includes(word));
  return found.sort(([a], [b]) => b.startsWith(word) - a.startsWith(word)).slice(0, limit);
}
