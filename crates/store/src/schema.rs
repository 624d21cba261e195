//! The tables, the same on SQLite and PostgreSQL; see `migrations/`.

diesel::table! {
    org (id) {
        id -> Text,
        origin -> Text,
        created -> Text,
        generation -> BigInt,
        proofs -> BigInt,
        size -> BigInt,
        peaks -> Binary,
        reviews -> BigInt,
    }
}
diesel::table! {
    contract (org, id) {
        org -> Text,
        id -> Text,
        entries -> BigInt,
        data -> Text,
        sha256 -> Text,
    }
}
diesel::table! {
    promise (org, id) {
        org -> Text,
        id -> Text,
        contract -> Text,
        standing -> Text,
        data -> Text,
    }
}
diesel::table! {
    piece (org, sha256) {
        org -> Text,
        sha256 -> Text,
        size -> BigInt,
        bytes -> Nullable<Binary>,
        erased -> Nullable<BigInt>,
    }
}
diesel::table! {
    proof (org, id) {
        org -> Text,
        id -> BigInt,
        mark -> Text,
        sha256 -> Text,
        contract -> Nullable<Text>,
        received -> Text,
        filed -> Text,
        data -> Text,
    }
}
diesel::table! {
    fact (org, proof, nth) {
        org -> Text,
        proof -> BigInt,
        nth -> Integer,
        contract -> Nullable<Text>,
        kind -> Text,
        state -> Text,
        job -> BigInt,
        day -> Integer,
        data -> Text,
    }
}
diesel::table! {
    sheet (org, promise, month) {
        org -> Text,
        promise -> Text,
        month -> Integer,
        data -> Binary,
    }
}
diesel::table! {
    route (org, host, contract) {
        org -> Text,
        host -> Text,
        contract -> Text,
    }
}
diesel::table! {
    source (org, id) {
        org -> Text,
        id -> Text,
        secret -> Nullable<Binary>,
        data -> Text,
        state -> Text,
    }
}
diesel::table! {
    entry (org, seq) {
        org -> Text,
        seq -> BigInt,
        contract -> Nullable<Text>,
        line -> Text,
        leaf -> Binary,
    }
}
diesel::table! {
    checkpoint (org, size) {
        org -> Text,
        size -> BigInt,
        note -> Text,
        stamp -> Nullable<Binary>,
    }
}
diesel::table! {
    account (org, id) {
        org -> Text,
        id -> BigInt,
        email -> Text,
        name -> Text,
        role -> Text,
        contract -> Nullable<Text>,
        password -> Nullable<Text>,
        totp -> Nullable<Binary>,
        totp_step -> BigInt,
        created -> BigInt,
        closed -> Nullable<BigInt>,
        outside -> BigInt,
    }
}
diesel::table! {
    identity (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        org -> Text,
        account -> BigInt,
        created -> BigInt,
    }
}
diesel::table! {
    passkey (credential) {
        credential -> Text,
        org -> Text,
        account -> BigInt,
        id -> BigInt,
        name -> Text,
        material -> Binary,
        counter -> BigInt,
        created -> BigInt,
        used -> Nullable<BigInt>,
    }
}
diesel::table! {
    invitation (digest) {
        digest -> Text,
        org -> Text,
        email -> Text,
        name -> Text,
        role -> Text,
        contract -> Nullable<Text>,
        host -> Text,
        expires -> BigInt,
    }
}
diesel::table! {
    session (digest) {
        digest -> Text,
        org -> Text,
        account -> BigInt,
        stage -> Text,
        begun -> BigInt,
        used -> BigInt,
    }
}
diesel::table! {
    attempt (subject) {
        subject -> Text,
        failures -> BigInt,
        latest -> BigInt,
    }
}
diesel::table! {
    token (org, id) {
        org -> Text,
        id -> BigInt,
        account -> BigInt,
        name -> Text,
        digest -> Text,
        scopes -> Text,
        created -> BigInt,
        expires -> BigInt,
        used -> Nullable<BigInt>,
    }
}
diesel::table! {
    replay (org, mark) {
        org -> Text,
        mark -> Text,
        request -> Text,
        status -> Integer,
        answer -> Text,
        at -> BigInt,
    }
}
diesel::table! {
    setting (org, name) {
        org -> Text,
        name -> Text,
        value -> Text,
    }
}
diesel::table! {
    review (org, id) {
        org -> Text,
        id -> BigInt,
        state -> Text,
        sha256 -> Text,
        data -> Text,
    }
}
diesel::table! {
    review_result (org, review) {
        org -> Text,
        review -> BigInt,
        document -> Text,
        assessment -> Text,
    }
}
diesel::table! {
    review_answer (org, review, point) {
        org -> Text,
        review -> BigInt,
        point -> Text,
        data -> Text,
    }
}
diesel::table! {
    told (org, channel, key) {
        org -> Text,
        channel -> Text,
        key -> Text,
        contract -> Nullable<Text>,
        at -> Text,
    }
}
diesel::table! {
    passage (org, id) {
        org -> Text,
        id -> BigInt,
        source -> Text,
        contract -> Nullable<Text>,
        title -> Text,
        body -> Text,
    }
}
diesel::table! {
    stem (org, word, passage) {
        org -> Text,
        word -> Text,
        passage -> BigInt,
    }
}
diesel::table! {
    indexed (org) {
        org -> Text,
        size -> BigInt,
        proof -> BigInt,
    }
}
diesel::table! {
    review_line (org, review) {
        org -> Text,
        review -> BigInt,
        batch -> BigInt,
        previous -> Nullable<BigInt>,
        state -> Text,
        name -> Text,
        message -> Nullable<Text>,
        words -> Text,
        provider -> Text,
        score -> Integer,
        gaps -> Integer,
        blocking -> Integer,
        marks -> Text,
        indexed -> Integer,
    }
}
diesel::table! {
    review_mark (org, mark, review) {
        org -> Text,
        mark -> Text,
        review -> BigInt,
        number -> Integer,
    }
}
diesel::allow_tables_to_appear_in_same_query!(passage, stem);
