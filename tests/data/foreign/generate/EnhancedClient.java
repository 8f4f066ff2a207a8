import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.enhanced.dynamodb.*;
import software.amazon.awssdk.enhanced.dynamodb.extensions.annotations.*;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.*;
import software.amazon.awssdk.enhanced.dynamodb.model.EnhancedGlobalSecondaryIndex;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.*;

/**
 * Writes the items of the Enhanced Client that `tests/it/foreign` reads. Arguments: an endpoint and a folder. Needs
 * software.amazon.awssdk:dynamodb-enhanced:2.31.0 and software.amazon.awssdk:url-connection-client:2.31.0.
 */
public class EnhancedClient {
  public enum Role { ADMIN, MEMBER }

  @DynamoDbBean
  public static class Address {
    private String street, city;
    public String getStreet() { return street; }
    public void setStreet(String v) { street = v; }
    public String getCity() { return city; }
    public void setCity(String v) { city = v; }
  }

  @DynamoDbBean
  public static class User {
    private String pk, sk, userId, name, nickname, gsi1pk, gsi1sk;
    private Integer age;
    private Boolean active;
    private BigDecimal score;
    private Role role;
    private Set<String> tags;
    private List<String> logins;
    private Map<String, Integer> counts;
    private Address address;
    private SdkBytes avatar;
    private Instant joined;
    private LocalDate day;
    private LocalDateTime seen;
    private Long expires, version, visits;
    @DynamoDbPartitionKey public String getPk() { return pk; }
    public void setPk(String v) { pk = v; }
    @DynamoDbSortKey public String getSk() { return sk; }
    public void setSk(String v) { sk = v; }
    public String getUserId() { return userId; }
    public void setUserId(String v) { userId = v; }
    public String getName() { return name; }
    public void setName(String v) { name = v; }
    public String getNickname() { return nickname; }
    public void setNickname(String v) { nickname = v; }
    @DynamoDbSecondaryPartitionKey(indexNames = "gsi1") public String getGsi1pk() { return gsi1pk; }
    public void setGsi1pk(String v) { gsi1pk = v; }
    @DynamoDbSecondarySortKey(indexNames = "gsi1") public String getGsi1sk() { return gsi1sk; }
    public void setGsi1sk(String v) { gsi1sk = v; }
    public Integer getAge() { return age; }
    public void setAge(Integer v) { age = v; }
    public Boolean getActive() { return active; }
    public void setActive(Boolean v) { active = v; }
    public BigDecimal getScore() { return score; }
    public void setScore(BigDecimal v) { score = v; }
    public Role getRole() { return role; }
    public void setRole(Role v) { role = v; }
    public Set<String> getTags() { return tags; }
    public void setTags(Set<String> v) { tags = v; }
    public List<String> getLogins() { return logins; }
    public void setLogins(List<String> v) { logins = v; }
    public Map<String, Integer> getCounts() { return counts; }
    public void setCounts(Map<String, Integer> v) { counts = v; }
    public Address getAddress() { return address; }
    public void setAddress(Address v) { address = v; }
    public SdkBytes getAvatar() { return avatar; }
    public void setAvatar(SdkBytes v) { avatar = v; }
    public Instant getJoined() { return joined; }
    public void setJoined(Instant v) { joined = v; }
    public LocalDate getDay() { return day; }
    public void setDay(LocalDate v) { day = v; }
    public LocalDateTime getSeen() { return seen; }
    public void setSeen(LocalDateTime v) { seen = v; }
    public Long getExpires() { return expires; }
    public void setExpires(Long v) { expires = v; }
    @DynamoDbVersionAttribute public Long getVersion() { return version; }
    public void setVersion(Long v) { version = v; }
    @DynamoDbAtomicCounter public Long getVisits() { return visits; }
    public void setVisits(Long v) { visits = v; }
  }

  public static void main(String[] arguments) throws Exception {
    DynamoDbClient low = DynamoDbClient.builder()
        .endpointOverride(URI.create(arguments[0])).region(Region.EU_WEST_1)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("000000000001", "secret")))
        .httpClient(UrlConnectionHttpClient.create()).build();
    DynamoDbEnhancedClient client = DynamoDbEnhancedClient.builder().dynamoDbClient(low).build();
    DynamoDbTable<User> table = client.table("enhanced", TableSchema.fromBean(User.class));
    table.createTable(builder -> builder.globalSecondaryIndices(EnhancedGlobalSecondaryIndex.builder().indexName("gsi1")
        .projection(projection -> projection.projectionType(ProjectionType.ALL)).build()));

    User ada = new User();
    ada.setPk("USER#ada"); ada.setSk("PROFILE"); ada.setUserId("ada"); ada.setName("Ada Lovelace");
    ada.setAge(36); ada.setActive(true); ada.setScore(new BigDecimal("99.50")); ada.setRole(Role.ADMIN);
    ada.setTags(Set.of("admin")); ada.setLogins(List.of("web", "app")); ada.setCounts(Map.of("web", 2));
    Address address = new Address();
    address.setStreet("St James's Square");
    ada.setAddress(address);
    ada.setAvatar(SdkBytes.fromByteArray(new byte[] {0, 1, -2, -1}));
    ada.setJoined(Instant.parse("2024-03-01T12:30:15.123456789Z"));
    ada.setDay(LocalDate.of(2024, 3, 1)); ada.setSeen(LocalDateTime.of(2024, 3, 1, 12, 30));
    ada.setExpires(4102444800L); ada.setGsi1pk("CITY#London"); ada.setGsi1sk("USER#ada");
    table.putItem(ada);

    User bob = new User();
    bob.setPk("USER#bob"); bob.setSk("PROFILE"); bob.setUserId("bob"); bob.setName("Bob"); bob.setActive(false);
    bob.setJoined(Instant.ofEpochSecond(0)); bob.setGsi1pk("CITY#Paris"); bob.setGsi1sk("USER#bob");
    table.updateItem(bob);

    String text = low.scan(builder -> builder.tableName("enhanced")).items().stream()
        .sorted((a, b) -> a.get("pk").s().compareTo(b.get("pk").s()))
        .map(item -> "{\"Item\":" + object(item) + "}\n").collect(Collectors.joining());
    Files.writeString(Path.of(arguments[1], "enhanced.jsonl"), text);
  }

  private static String object(Map<String, AttributeValue> map) {
    return new TreeMap<>(map).entrySet().stream().map(entry -> quote(entry.getKey()) + ":" + value(entry.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String value(AttributeValue v) {
    return switch (v.type()) {
      case S -> "{\"S\":" + quote(v.s()) + "}";
      case N -> "{\"N\":" + quote(v.n()) + "}";
      case B -> "{\"B\":" + quote(java.util.Base64.getEncoder().encodeToString(v.b().asByteArray())) + "}";
      case BOOL -> "{\"BOOL\":" + v.bool() + "}";
      case NUL -> "{\"NULL\":true}";
      case M -> "{\"M\":" + object(v.m()) + "}";
      case L -> v.l().stream().map(EnhancedClient::value).collect(Collectors.joining(",", "{\"L\":[", "]}"));
      case SS -> v.ss().stream().sorted().map(EnhancedClient::quote).collect(Collectors.joining(",", "{\"SS\":[", "]}"));
      default -> throw new IllegalStateException(v.type().toString());
    };
  }

  private static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
