use singlet::{Attribute, Model};

#[derive(Attribute)]
struct First {
    f0: u8, f1: u8, f2: u8, f3: u8, f4: u8, f5: u8, f6: u8, f7: u8, f8: u8, f9: u8, f10: u8, f11: u8, f12: u8, f13: u8, f14: u8, f15: u8,
    f16: u8, f17: u8, f18: u8, f19: u8, f20: u8, f21: u8, f22: u8, f23: u8, f24: u8, f25: u8, f26: u8, f27: u8, f28: u8, f29: u8, f30: u8, f31: u8,
    f32: u8, f33: u8, f34: u8, f35: u8, f36: u8, f37: u8, f38: u8, f39: u8, f40: u8, f41: u8, f42: u8, f43: u8, f44: u8, f45: u8, f46: u8, f47: u8,
    f48: u8, f49: u8, f50: u8, f51: u8, f52: u8, f53: u8, f54: u8, f55: u8, f56: u8, f57: u8, f58: u8, f59: u8, f60: u8, f61: u8, f62: u8, f63: u8,
    f64: u8, f65: u8, f66: u8, f67: u8, f68: u8, f69: u8, f70: u8, f71: u8, f72: u8, f73: u8, f74: u8, f75: u8, f76: u8, f77: u8, f78: u8, f79: u8,
    f80: u8, f81: u8, f82: u8, f83: u8, f84: u8, f85: u8, f86: u8, f87: u8, f88: u8, f89: u8, f90: u8, f91: u8, f92: u8, f93: u8, f94: u8, f95: u8,
    f96: u8, f97: u8, f98: u8, f99: u8, f100: u8, f101: u8, f102: u8, f103: u8, f104: u8, f105: u8, f106: u8, f107: u8, f108: u8, f109: u8, f110: u8, f111: u8,
    f112: u8, f113: u8, f114: u8, f115: u8, f116: u8, f117: u8, f118: u8, f119: u8, f120: u8, f121: u8, f122: u8, f123: u8, f124: u8, f125: u8, f126: u8, f127: u8,
    f128: u8, f129: u8, f130: u8, f131: u8, f132: u8, f133: u8, f134: u8, f135: u8, f136: u8, f137: u8, f138: u8, f139: u8, f140: u8, f141: u8, f142: u8, f143: u8,
    f144: u8, f145: u8, f146: u8, f147: u8, f148: u8, f149: u8,
}

#[derive(Attribute)]
struct Second {
    g0: u8, g1: u8, g2: u8, g3: u8, g4: u8, g5: u8, g6: u8, g7: u8, g8: u8, g9: u8, g10: u8, g11: u8, g12: u8, g13: u8, g14: u8, g15: u8,
    g16: u8, g17: u8, g18: u8, g19: u8, g20: u8, g21: u8, g22: u8, g23: u8, g24: u8, g25: u8, g26: u8, g27: u8, g28: u8, g29: u8, g30: u8, g31: u8,
    g32: u8, g33: u8, g34: u8, g35: u8, g36: u8, g37: u8, g38: u8, g39: u8, g40: u8, g41: u8, g42: u8, g43: u8, g44: u8, g45: u8, g46: u8, g47: u8,
    g48: u8, g49: u8, g50: u8, g51: u8, g52: u8, g53: u8, g54: u8, g55: u8, g56: u8, g57: u8, g58: u8, g59: u8, g60: u8, g61: u8, g62: u8, g63: u8,
    g64: u8, g65: u8, g66: u8, g67: u8, g68: u8, g69: u8, g70: u8, g71: u8, g72: u8, g73: u8, g74: u8, g75: u8, g76: u8, g77: u8, g78: u8, g79: u8,
    g80: u8, g81: u8, g82: u8, g83: u8, g84: u8, g85: u8, g86: u8, g87: u8, g88: u8, g89: u8, g90: u8, g91: u8, g92: u8, g93: u8, g94: u8, g95: u8,
    g96: u8, g97: u8, g98: u8, g99: u8, g100: u8, g101: u8, g102: u8, g103: u8, g104: u8, g105: u8, g106: u8, g107: u8, g108: u8, g109: u8, g110: u8, g111: u8,
    g112: u8, g113: u8, g114: u8, g115: u8, g116: u8, g117: u8, g118: u8, g119: u8, g120: u8, g121: u8, g122: u8, g123: u8, g124: u8, g125: u8, g126: u8, g127: u8,
    g128: u8, g129: u8, g130: u8, g131: u8, g132: u8, g133: u8, g134: u8, g135: u8, g136: u8, g137: u8, g138: u8, g139: u8, g140: u8, g141: u8, g142: u8, g143: u8,
    g144: u8, g145: u8, g146: u8, g147: u8, g148: u8, g149: u8,
}

#[derive(Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(flatten)]
    first: First,
    #[model(flatten)]
    second: Second,
}

fn main() {}
