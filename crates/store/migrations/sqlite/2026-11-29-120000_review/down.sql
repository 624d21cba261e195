DROP TABLE review_answer;
DROP TABLE review_result;
DROP TABLE review;
