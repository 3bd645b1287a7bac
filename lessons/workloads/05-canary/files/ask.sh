# Asks the Service 20 times, and counts the answers by their headline.
kubectl exec client -- sh -c 'for i in $(seq 20); do wget -qO- web; echo; done' |
  sed -n 's|.*<h1>\(Welcome to nginx!\)</h1>.*|\1|p; s|.*>\(It works!\)</.*|\1|p' | sort | uniq -c
